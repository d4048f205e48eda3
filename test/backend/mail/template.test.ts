import { expect, test } from 'vitest'
import { isAppError } from '#core/errors.ts'
import { checkTemplate } from '#mail/check-template.ts'
import { exampleValues, MERGE_FIELDS, type MergeValues } from '#mail/merge-fields.ts'
import { type RenderedMail, renderMail } from '#mail/render-mail.ts'

function refusal(template: { subject: string; body: string }): string {
  try {
    checkTemplate(template)
  } catch (error) {
    if (isAppError(error, 'template_invalid')) return error.message
    throw error
  }
  return ''
}

function rendered(subject: string, body: string, values: MergeValues = exampleValues()): RenderedMail {
  const result = renderMail({ subject, body }, values)
  if ('unfilled' in result) throw new Error(`unfilled: ${result.unfilled.join()}`)
  return result
}

test.each([
  'for x in contact',
  'tablerow x in contact',
  'assign x = 1',
  'capture x',
  'include "a"',
  'render "a"',
  'layout "a"',
  'block a',
  'cycle 1, 2',
  'increment x',
  'decrement x',
  'echo "a"',
  'liquid',
  'raw',
  'comment',
  '# note',
  'break',
  'continue',
])('the tag “%s” is refused when the step is saved', (tag) => {
  expect(refusal({ subject: 'Hi', body: `Hello\n{% ${tag} %}` })).toMatch(/The body is not a valid template: .*line 2/)
})

test.each([
  'raw',
  'append: "x"',
  'replace: "a", "b"',
  'date: "%5000000d"',
  'join',
  'pop',
  'times: 2',
  'json',
  'escape',
  'nonsense',
])('the filter “%s” is refused when the step is saved', (filter) => {
  expect(refusal({ subject: `{{ contact.firstname | ${filter} }}`, body: 'x' })).toContain('is not available')
})

test.each([
  ['{{ contact.birthday }}', 'contact.birthday'],
  ['{{ firstname }}', 'firstname'],
  ['{{ contact.constructor }}', 'contact.constructor'],
  ['{{ contact.__proto__ }}', 'contact.__proto__'],
  ['{{ contact[contact.email] }}', 'contact.[…]'],
  ['{% if deal.secret %}x{% endif %}', 'deal.secret'],
  ['{{ deal.name | default: deal.nickname }}', 'deal.nickname'],
])('%s is refused because it is not a merge field', (source, name) => {
  const sentence = refusal({ subject: 'Hi', body: `\n  ${source}` })
  expect(sentence).toContain(`uses “${name}” (line 2, column `)
  expect(sentence).toContain('Use one of: contact.firstname')
})

test.each(['{{ contact.firstname', '{% if contact.firstname %}', '{% endif %}'])(
  'broken syntax is refused with a sentence: %s',
  (body) => {
    expect(refusal({ subject: 'Hi', body })).toMatch(/^The body is not a valid template: .+\.$/)
  },
)

test('every merge field, the allowed tags and the allowed filters are accepted', () => {
  const all = MERGE_FIELDS.map((field) => `{{ ${field.name} | default: "x" | strip }}`).join(' ')
  const tags =
    '{% if deal.amount %}a{% elsif deal.name == "b" %}b{% else %}c{% endif %}{% unless contact.company %}d{% endunless %}' +
    '{% case deal.stage %}{% when "e" %}e{% else %}f{% endcase %}'
  const filters = '{{ contact.firstname | upcase | downcase | capitalize | truncate: 20 | truncatewords: 3 }}'
  expect(refusal({ subject: all, body: `${all}${tags}${filters}` })).toBe('')
  expect(refusal({ subject: '', body: 'Just checking in.' })).toBe('')
})

test('an empty body and a subject of two lines are refused', () => {
  expect(refusal({ subject: 'Hi', body: '  \n' })).toContain('The body is empty')
  expect(refusal({ subject: 'Hi\nBcc: x@example.net', body: 'x' })).toBe('The subject must be one line.')
})

test('a mail with a missing value is not rendered, and says which values are missing', () => {
  const template = {
    subject: 'For {{ contact.company }}',
    body: 'Hi {{ contact.firstname }}, {{ contact.company }}, {{ deal.name }}',
  }
  expect(renderMail(template, { 'deal.name': 'Deal' })).toEqual({ unfilled: ['contact.company', 'contact.firstname'] })
})

test.each([null, '', '   ', undefined, '\0'])('the value %j counts as missing, and a default fills it', (value) => {
  const values = { ...exampleValues(), 'contact.firstname': value ?? null }
  expect(renderMail({ subject: 's', body: 'Hi {{ contact.firstname }}' }, values)).toEqual({
    unfilled: ['contact.firstname'],
  })
  expect(rendered('s', 'Hi {{ contact.firstname | default: "there" }}', values).text).toBe('Hi there')
  expect(rendered('s', 'Hi{% if contact.firstname %} you{% endif %}', values).text).toBe('Hi')
})

test('a plain text body becomes paragraphs with line breaks and clickable https links', () => {
  const { text, html } = rendered(
    's',
    'Hi {{ contact.firstname }},\nsee https://example.com/a?b=1&c=2.\n\nBest <3\r\n\r\n\r\nC & B',
  )
  expect(text).toBe('Hi Ada,\nsee https://example.com/a?b=1&c=2.\n\nBest <3\n\n\nC & B')
  expect(html).toBe(
    '<p>Hi Ada,<br>\nsee <a href="https://example.com/a?b=1&amp;c=2">https://example.com/a?b=1&amp;c=2</a>.</p>\n' +
      '<p>Best &lt;3</p>\n<p>C &amp; B</p>',
  )
})

test('a body with HTML is sanitized, its values are escaped, and the text part says the same', () => {
  const body =
    '<p onclick="x()">Hi <b>{{ contact.firstname }}</b></p><script>x()</script><img src="https://t.example/p.gif">' +
    '<a href="javascript:x()">a</a> <a href="https://example.com/">offer</a>'
  const { text, html } = rendered('s', body, { 'contact.firstname': '<i>Ada & Co</i>' })
  expect(html).toBe('<p>Hi <b>&lt;i&gt;Ada &amp; Co&lt;/i&gt;</b></p><a>a</a> <a href="https://example.com/">offer</a>')
  expect(text).toBe('Hi <i>Ada & Co</i>\n\na offer [https://example.com/]')
})

test('a subject stays one line of at most 255 characters and is never HTML', () => {
  const { subject } = rendered('Re {{ deal.name }}', 'x', {
    'deal.name': `A & <B>\r\nBcc: evil@example.net\0${'😀'.repeat(300)}`,
  })
  expect(subject).toMatch(/^Re A & <B> Bcc: evil@example.net😀/)
  expect(Array.from(subject)).toHaveLength(255)
})

test('a value is never read as a template', () => {
  const value = '{{ contact.email }}{% for x in y %}'
  expect(
    rendered('{{ deal.name }}', '{{ deal.name }}', { 'deal.name': value, 'contact.email': 'a@example.com' }),
  ).toMatchObject({
    subject: value,
    text: value,
  })
})

test('a template that eats time or memory ends as an error instead of blocking', () => {
  expect(() => rendered('s', '{% if (1..90000000) contains 5 %}x{% endif %}')).toThrow('cannot be filled in')
  expect(refusal({ subject: 's', body: '{{ contact.firstname }}'.repeat(4000) })).toContain('not a valid template')
})
