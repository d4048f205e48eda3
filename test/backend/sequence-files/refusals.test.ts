import { describe, expect, test } from 'vitest'
import { readFile } from '#modules/sequence-files/read-file.ts'
import { MAX_FILE_CHARACTERS } from '#shared/contract/sequence-file.ts'

const GOOD = `format: stagecue-sequence/1
key: a-file
name: A file
stopWhenStageLeft: true

steps:
  - id: one
    kind: email
    subject: Hello
    body: |-
      Hi there,

      how are you?
  - id: w
    kind: wait
    amount: 2
    unit: days
`

const change = (from: string, to: string) => {
  expect(GOOD).toContain(from)
  return GOOD.replace(from, to)
}

test('a good file is read, and says where its parts stand', () => {
  const read = readFile(GOOD)
  expect(read).toMatchObject({ key: 'a-file', name: 'A file' })
  expect(read.definition.steps).toHaveLength(2)
  expect(
    [['name'], ['steps', 0, 'body'], ['steps', 1], ['steps', 1, 'nothing']].map((path) => read.lineOf(path)),
  ).toEqual([3, 10, 14, 14])
})

describe('refused with the line and what to do', () => {
  test.each([
    [
      'an alias',
      change('name: A file', 'name: &a A file').replace('subject: Hello', 'subject: *a'),
      /^Line 3 uses an anchor/,
    ],
    ['an alias alone', change('subject: Hello', 'subject: *a'), /^Line 9 uses an alias/],
    ['a tag', change('subject: Hello', 'subject: !!js/function "x"'), /^Line 9 uses a tag/],
    ['a tag of its own', change('steps:', 'steps: !x'), /^Line 6 uses a tag/],
    ['a directive', `%YAML 1.1\n---\n${GOOD}`, /^Line 1 begins with a directive/],
    ['a merge key', change('amount: 2', '<<: {amount: 2}'), /“<<” is not known here/],
    ['a key twice', change('name: A file', 'name: A file\nname: Another'), /^Line 4: .*unique/],
    [
      'an unknown field',
      change('subject: Hello', 'subjekt: Hello'),
      /^Line 9: “subjekt” is not known here\. Known are id, kind, subject, body, variants, approval\./,
    ],
    [
      'an unknown field on top',
      change('name: A file', 'name: A file\nowner: me'),
      /^Line 4: “owner” is not known here/,
    ],
    ['a missing field', change('    amount: 2\n', ''), /^Line 14: “amount” is missing in entry 2 of “steps”\./],
    ['a missing key', change('key: a-file\n', ''), /“key” is missing\./],
    ['a kind there is not', change('kind: wait', 'kind: wiat'), /^Line 15: “kind” must be one of “email”, “wait”/],
    ['a step without a kind', change('    kind: email\n', ''), /“kind” is missing: one of “email”, “wait”/],
    [
      'a unit there is not',
      change('unit: days', 'unit: weeks'),
      /^Line 17: “unit” of entry 2 of “steps” must be one of “minutes”/,
    ],
    [
      'a number that is too large',
      change('amount: 2', 'amount: 999'),
      /^Line 16: “amount” of entry 2 of “steps” must be <= 365/,
    ],
    ['a text for a number', change('amount: 2', 'amount: two'), /^Line 16: “amount” .* must be integer/],
    [
      'yes for true',
      change('stopWhenStageLeft: true', 'stopWhenStageLeft: yes'),
      /^Line 4: “stopWhenStageLeft” must be boolean/,
    ],
    ['another format', change('sequence/1', 'sequence/2'), /^Line 1: “format” must be “stagecue-sequence\/1”/],
    ['a key with a space', change('a-file', '"a file"'), /^Line 2: “key” must match/],
    ['no steps', `${GOOD.split('steps:')[0]}steps: []\n`, /^Line 6: “steps” must not have fewer than 1/],
    [
      'steps that are no list',
      change('steps:\n  - id: one', 'steps:\n    id: one').split('  - id: w')[0] ?? '',
      /“steps” must be a list/,
    ],
    ['two documents', `${GOOD}---\n${GOOD}`, /multiple documents/],
    ['broken YAML', change('  - id: w', ' - id: w'), /^Line 1\d: /],
    ['a tab for indentation', change('    kind: wait', '\tkind: wait'), /^Line 1\d: /],
    ['a list', '- a\n', /The file must have fields of its own/],
    ['a word', 'hello', /The file must have fields of its own/],
    ['a null', '~', /The file must have fields of its own/],
    ['a number as a key', change('name: A file', 'name: A file\n1: x'), /^Line 4: /],
    [
      'a poisoned key',
      change('name: A file', 'name: A file\n__proto__: {polluted: true}'),
      /^Line 4: “__proto__” is not known here/,
    ],
  ])('%s', (_what, text, sentence) => {
    expect(() => readFile(text)).toThrow(expect.objectContaining({ code: 'invalid_input', field: 'text' }))
    expect(() => readFile(text)).toThrow(sentence)
    expect({}).not.toHaveProperty('polluted')
  })

  test('a bomb of aliases, before anything is built from it', () => {
    const levels = Array.from({ length: 30 }, (_, level) => `l${level}: &l${level} [${`*l${level - 1}, `.repeat(9)}]`)
    expect(() => readFile(['l: &l [x]', ...levels].join('\n'))).toThrow(/^Line 1 uses an anchor/)
    expect(() => readFile(levels.join('\n').replaceAll(/&l\d+ /g, ''))).toThrow(/^Line 1 uses an alias/)
  })

  test.each([
    ['brackets', '['.repeat(300_000), /Line 1 nests brackets too deep/],
    ['braces', '{a: '.repeat(150_000), /Line 1 nests brackets too deep/],
    ['dashes', '- '.repeat(300_000), /^Line 1 nests its parts too deep/],
    ['questions', '? '.repeat(300_000), /^Line 1 nests its parts too deep/],
    ['indentation', Array.from({ length: 1000 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n'), /^Line 102 nests/],
  ])(
    'nesting without end by %s, in good time',
    (_what, text, sentence) => {
      expect(() => readFile(text)).toThrow(expect.objectContaining({ code: 'invalid_input' }))
      expect(() => readFile(text)).toThrow(sentence)
    },
    20_000,
  )

  test('a file that is too long, and no more than five sentences at once', () => {
    expect(() => readFile('x'.repeat(MAX_FILE_CHARACTERS + 1))).toThrow(/longer than/)
    const many = change('name: A file', 'name: A file\na: 1\nb: 1\nc: 1\nd: 1\ne: 1\nf: 1')
    expect(() => readFile(many)).toThrow(/“e” is not known here.* And 1 more\.$/)
  })
})

test('stars, ampersands and exclamation marks inside texts are texts', () => {
  const text = change('      how are you?', '      * one & two\n      !three\n      &four *five')
  expect(readFile(text).definition.steps[0]).toMatchObject({ body: 'Hi there,\n\n* one & two\n!three\n&four *five' })
  expect(readFile(change('subject: Hello', "subject: '*not an alias'")).definition.steps[0]).toMatchObject({
    subject: '*not an alias',
  })
})
