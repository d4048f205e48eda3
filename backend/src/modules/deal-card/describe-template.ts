/**
 * A template's line for people: what is filled in stands in brackets, "Hi [first name]", and conditions are left out. Pure,
 * and good for any text: what is not closed stays as it is.
 */
export function describeTemplate(line: string): string {
  return line
    .replace(/\{%[^{}]*%\}/g, '')
    .replace(/\{\{-?\s*([a-z.]+)[^{}]*\}\}/g, (_, field: string) => `[${NAMES[field] ?? field.split('.').at(-1)}]`)
    .replace(/\s+/g, ' ')
    .trim()
}

const NAMES: Readonly<Record<string, string>> = {
  'contact.firstname': 'first name',
  'contact.lastname': 'last name',
  'contact.email': 'e-mail address',
  'contact.company': 'company',
  'contact.phone': 'phone',
  'deal.name': 'deal name',
  'deal.amount': 'amount',
  'deal.stage': 'stage',
  'deal.pipeline': 'pipeline',
  'sender.name': 'sender',
  'portal.name': 'your account’s name',
}
