import { escapeHtml } from '#mail/escape-html.ts'

/** The words in a task's body by which it is found again when HubSpot's answer was lost. Pure. */
export function markOf(stepRunId: string): string {
  return `Stagecue step ${stepRunId}`
}

/** A plain text as the body of a task, with its mark as the last line. Pure. */
export function writeBody(text: string, stepRunId: string): string {
  const lines = escapeHtml(text.trim()).replaceAll('\n', '<br>')
  return `${lines}${lines ? '<br><br>' : ''}${markOf(stepRunId)}`
}
