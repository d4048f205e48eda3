/** What a person is asked about mails that are too late, with their count; null when there are none. Pure. */
export function askAboutLateMails(count: number): string | null {
  if (count === 0) return null
  return count === 1
    ? '1 mail is too late to be sent on its own. Approve it or skip it.'
    : `${count} mails are too late to be sent on their own. Approve or skip them.`
}
