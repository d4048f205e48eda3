const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** "Mon 25 May". Own words instead of the machine's locale data, so that a sentence never changes by an update. Pure. */
export function describeDate(date: Temporal.PlainDate): string {
  return `${WEEKDAYS[date.dayOfWeek - 1]} ${date.day} ${MONTHS[date.month - 1]}`
}

/** "09:00": seconds are cut off. */
export function describeTime(time: Temporal.PlainTime): string {
  return time.toString({ smallestUnit: 'minute' })
}
