import { expect, test } from 'vitest'
import { describeTemplate } from '#modules/deal-card/describe-template.ts'

test.each([
  ['Hi {{ contact.firstname | default: "there" }}!', 'Hi [first name]!'],
  ['{{contact.firstname}} and {{- deal.name -}}', '[first name] and [deal name]'],
  ['{% if contact.company %}For {{ contact.company }}{% endif %}', 'For [company]'],
  ['Hi {{ contact.nickname }}', 'Hi [nickname]'],
  ['Half {{ contact.firstname', 'Half {{ contact.firstname'],
  ['Two  spaces\nand a line', 'Two spaces and a line'],
])('a subject for people: %j', (template, line) => {
  expect(describeTemplate(template)).toBe(line)
})
