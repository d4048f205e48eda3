/** What an HTTP status means to the person in front of the card, and what to do. */
const SENTENCES: Record<number, string> = {
  400: 'Stagecue could not read this request. Reload the page and try again. If it stays, contact Stagecue support.',
  401: 'Stagecue could not verify that this request came from HubSpot. Reload the page and try again. If it stays, ask an administrator to reconnect Stagecue.',
  403: 'You may not do this in Stagecue. Ask one of the people listed under Settings → Overview.',
  404: 'Stagecue does not know this record any more. Reload the page.',
  408: 'Stagecue did not answer in time. Try again.',
  409: 'Someone else changed this in the meantime. Reload the page and try again.',
  413: 'This is too large to save. Shorten the text and try again.',
  415: 'Stagecue could not read this request. Reload the page and try again. If it stays, contact Stagecue support.',
  422: 'Stagecue could not use these values. Check them and try again.',
  429: 'Too many requests at once. Wait a minute and try again.',
  500: 'Something went wrong in Stagecue. Try again. If it stays, contact Stagecue support.',
  502: 'Stagecue could not be reached. Try again in a minute.',
  503: 'Stagecue is being updated or overloaded. Try again in a minute.',
  504: 'Stagecue did not answer in time. Try again.',
}

export const NO_ANSWER =
  'There was no answer from Stagecue. Check your connection and try again. Trying again does not repeat anything that already worked.'

export const UNREADABLE =
  'Stagecue answered in a way this page does not understand. Reload the page. If it stays, contact Stagecue support.'

/** The sentence for an HTTP status, also for statuses nobody expected. */
export function sentenceFor(status: number): string {
  const known = SENTENCES[status]
  if (known !== undefined) return known
  if (status >= 500) return `Stagecue could not be reached (status ${status}). Try again in a minute.`
  if (status >= 400)
    return `Stagecue refused this request (status ${status}). Reload the page and try again. If it stays, contact Stagecue support.`
  if (status >= 300)
    return 'Stagecue’s address seems to have changed. Reload the page. If it stays, contact Stagecue support.'
  return UNREADABLE
}
