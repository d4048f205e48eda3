import { escapeHtml } from '#mail/escape-html.ts'
import { trackLinks } from '#mail/track-links.ts'
import type { CheckedRun } from './check-before-send.ts'
import type { StepsDeps } from './steps-deps.ts'

export interface TrackedMail {
  readonly html: string
  /** Where its rewritten links lead; null: none was rewritten. */
  readonly links: readonly string[] | null
  readonly tracksOpens: boolean
}

/**
 * Makes the links of a mail lead through us and adds a picture, as far as its sequence's version says so. Only the HTML part is
 * touched: the text part keeps the addresses people can read. The unsubscribe link is added later and never leads through here.
 */
export function trackMail(
  deps: Pick<StepsDeps, 'vault' | 'settings'>,
  portalId: number,
  { run, state }: CheckedRun,
  html: string,
): TrackedMail {
  const { clicks = false, opens = false } = state.tracking ?? {}
  const addressOf = (path: 'l' | 'o', link: number) =>
    `${deps.settings.publicUrl}/${path}/${deps.vault.signTrack({ portalId, stepRunId: run.id, link })}`
  const tracked = clicks ? trackLinks(html, (link) => addressOf('l', link)) : { html, links: null }
  if (!opens) return { ...tracked, tracksOpens: false }
  const picture = `<img src="${escapeHtml(addressOf('o', 0))}" width="1" height="1" alt="">`
  return { html: `${tracked.html}\n${picture}`, links: tracked.links, tracksOpens: true }
}
