/** One group of fields of a report, by lower-case name, values in the order they stand. */
export type ReportFields = ReadonlyMap<string, readonly string[]>

const GROUPS = 500
const VALUE = 2000

/**
 * The groups of fields in the body of message/delivery-status, message/feedback-report or
 * message/disposition-notification (RFC 3464, 2.1; RFC 5965, 3; RFC 8098, 3.1): the syntax of headers, groups parted by empty
 * lines. Lines that are no field are passed over. Pure, linear, at most 500 groups.
 */
export function readReportFields(body: string): ReportFields[] {
  const groups: Map<string, string[]>[] = []
  let group = new Map<string, string[]>()
  let values: string[] | undefined
  for (const line of body.split(/\r\n|\r|\n/)) {
    if (line.trim() === '') {
      if (group.size > 0 && groups.push(group) >= GROUPS) return groups
      group = new Map()
      values = undefined
    } else if (/^[ \t]/.test(line)) {
      const last = values?.pop()
      if (last !== undefined) values?.push(`${last} ${line.trim()}`.slice(0, VALUE))
    } else {
      values = undefined
      const field = /^([!-9;-~]{1,80})[ \t]{0,10}:(.*)$/s.exec(line.slice(0, VALUE))
      const name = field?.[1]?.toLowerCase()
      if (name === undefined) continue
      values = group.get(name) ?? []
      values.push((field?.[2] ?? '').trim())
      group.set(name, values)
    }
  }
  if (group.size > 0) groups.push(group)
  return groups
}

/** The fields before the first empty line: the headers of a returned mail. */
export function readHeaderFields(text: string): ReportFields {
  return readReportFields(`${text.replace(/^\s+/, '').split(/\n[ \t]*\r?\n/, 1)[0] ?? ''}\n`)[0] ?? new Map()
}

/** The value behind the type: `rfc822; ada@example.com` (RFC 3464, 2.1.2). */
export function withoutType(value: string): string {
  return value.replace(/^[\w-]{1,40}\s{0,10};\s{0,10}/, '').trim()
}
