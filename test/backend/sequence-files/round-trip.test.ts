import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { readFile } from '#modules/sequence-files/read-file.ts'
import { writeFile } from '#modules/sequence-files/write-file.ts'
import type { Scenario } from '#shared/contract/scenario.ts'
import { SequenceDefinition } from '#shared/contract/sequence.ts'
import { EXAMPLE_SEQUENCE } from '#shared/example-sequence.ts'
import { definitions, scenarios } from '#test/support/sequence-definitions.ts'

const write = (definition: SequenceDefinition, name = 'Name', stories?: readonly Scenario[]) =>
  writeFile({ key: 'a-key', name, definition, scenarios: stories, what: 'draft' })

test('whatever a definition holds, reading its file gives the same definition', () => {
  fc.assert(
    fc.property(definitions, (definition) => {
      const read = readFile(write(definition))
      expect(read.definition).toEqual(definition)
      expect([read.key, read.name]).toEqual(['a-key', 'Name'])
      // Written again it is the same file, so a repository of files shows no differences that are none.
      expect(write(read.definition)).toBe(write(definition))
    }),
    { numRuns: 400 },
  )
})

test('so do its scenarios, beside whatever definition; a file without any says nothing of them', () => {
  fc.assert(
    fc.property(definitions, scenarios, (definition, stories) => {
      const text = write(definition, 'Name', stories)
      const read = readFile(text)
      expect(read.scenarios).toEqual(stories)
      expect(read.definition).toEqual(definition)
      expect(write(read.definition, 'Name', read.scenarios)).toBe(text)
    }),
    { numRuns: 200 },
  )
  expect(readFile(write(EXAMPLE_SEQUENCE.definition)).scenarios).toBeUndefined()
})

test('a file written with other line ends reads the same, for texts that have only simple ones', () => {
  const { definition } = EXAMPLE_SEQUENCE
  expect(readFile(write(definition).replaceAll('\n', '\r\n')).definition).toEqual(definition)
  expect(readFile(`\ufeff${write(definition)}`).definition).toEqual(definition)
})

test('names of any kind come back', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 }), (name) => {
      expect(readFile(write(EXAMPLE_SEQUENCE.definition, name)).name).toBe(name)
    }),
  )
})

test('the file is for people: comments on top, one order of fields, texts as blocks', () => {
  const text = write({
    steps: [
      { body: 'Hello {{ contact.firstname }},\n\nhow are you?', subject: 'A: b', kind: 'email', id: 'one' },
      { unit: 'days', amount: 2, kind: 'wait', id: 'w' },
    ],
    stopWhenStageLeft: true,
  })
  expect(text).toMatch(/^# A Stagecue sequence \(draft\)\./)
  expect(
    text
      .split('\n')
      .filter((line) => !line.startsWith('#'))
      .join('\n'),
  ).toBe(`
format: stagecue-sequence/1
key: a-key
name: Name
stopWhenStageLeft: true

steps:
  - id: one
    kind: email
    subject: "A: b"
    body: |-
      Hello {{ contact.firstname }},

      how are you?
  - id: w
    kind: wait
    amount: 2
    unit: days
`)
})

test('no field of a definition has the name of one of the file', () => {
  expect(Object.keys(SequenceDefinition.properties)).not.toEqual(
    expect.arrayContaining([expect.stringMatching(/^(format|key|name|scenarios)$/)]),
  )
  expect(parse(write(EXAMPLE_SEQUENCE.definition))).toMatchObject({ name: 'Name' })
})
