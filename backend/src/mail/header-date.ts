/** "Mon, 23 Nov 2026 09:00:00 +0000" (RFC 5322, 3.3). Pure. */
export function headerDate(moment: Temporal.Instant): string {
  const utc = moment.toZonedDateTimeISO('UTC')
  const day = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'][utc.dayOfWeek - 1]
  const month = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'][utc.month - 1]
  const time = utc.toPlainTime().toString({ smallestUnit: 'second' })
  return `${day}, ${utc.day} ${month} ${utc.year} ${time} +0000`
}
