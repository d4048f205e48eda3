import { ErrorState, Select, TableHeader, TableRow } from '@hubspot/ui-extensions'
import { ApiError } from '@stagecue/app-client'
import { expect, test, vi } from 'vitest'
import { numbers, sequenceNumbers } from './support/number-fixtures.ts'
import { openSettings } from './support/open-settings.tsx'
import { expectQuietConsole } from './support/quiet-console.ts'
import { wordsOf } from './support/screen.ts'

expectQuietConsole()

const until = (check: () => void) => vi.waitFor(check, { timeout: 20_000 })

test('shows sequences and stages in words a manager reads', async () => {
  const page = await openSettings('numbers')
  await until(() => expect(page.screen()).toContain('Follow up on a proposal'))
  expect(page.api.readNumbers).toHaveBeenCalledExactlyOnceWith({ days: '30' })
  const [, sequence, , stage] = page.findAll(TableRow).map(wordsOf)
  expect(sequence).toBe('Follow up on a proposal 200 40 380 34 (17 %) 3 (1.5 %) 1 (0.5 %) Open')
  expect(stage).toBe('Sales: Contract sent 120 9 4 days 20 (25 %) of 80 Not enough data yet')
  expect(page.screen()).toContain('this alone does not show what a sequence brings')
})

test('another period asks again', async () => {
  const page = await openSettings('numbers')
  await until(() => expect(page.screen()).toContain('Follow up on a proposal'))
  page.find(Select).trigger('onChange', '7' as never)
  await until(() => expect(page.api.readNumbers).toHaveBeenLastCalledWith({ days: '7' }))
})

test('a sequence opens with its e-mails and its stop reasons, and leads back', async () => {
  const page = await openSettings('numbers')
  await until(() => expect(page.hasButton('Open')).toBe(true))
  page.button('Open').trigger('onClick')
  await until(() => expect(page.screen()).toContain('E-mail 1: Your proposal'))
  expect(page.findAll(TableHeader).map(wordsOf)).toContain('Delivered')
  expect(page.findAll(TableRow).map(wordsOf)).toContain(
    'E-mail 1: Your proposal 200 197 194 20 (10 %) 3 1 (0.5 %) The contact replied: 20',
  )
  expect(page.screen()).toContain('The deal left the stage')
  expect(page.screen()).not.toContain('What the sequence changes')
  page.find(Select).trigger('onChange', '90' as never)
  const [sequenceId] = page.api.readSequenceNumbers.mock.calls[0] ?? []
  await until(() => expect(page.api.readSequenceNumbers).toHaveBeenLastCalledWith(sequenceId, { days: '90' }))
  page.button('Back to all sequences').trigger('onClick')
  await until(() => expect(page.hasButton('Open')).toBe(true))
})

test('a comparison says what it found, and plainly when it found nothing yet', async () => {
  const sentence = 'Not enough data yet: each group needs 30 deals.'
  const holdOut = {
    enrolled: { deals: 90, advanced: 30 },
    heldOut: { deals: 0, advanced: 0 },
    difference: null,
    sentence,
  }
  const page = await openSettings('numbers', { readSequenceNumbers: async () => sequenceNumbers({ holdOut }) })
  await until(() => expect(page.hasButton('Open')).toBe(true))
  page.button('Open').trigger('onClick')
  await until(() => expect(page.screen()).toContain(sentence))
  expect(page.screen()).toContain('30 of 90 (33 %)')
  expect(page.screen()).toContain('None yet')
})

test('clicks and opens are shown where they are tracked, opens as what they are', async () => {
  const told = { clicked: 12, opened: { byPrograms: 30, byProxies: 41 } }
  const one = sequenceNumbers()
  const page = await openSettings('numbers', {
    readNumbers: async () => numbers({ sequences: numbers().sequences.map((line) => ({ ...line, ...told })) }),
    readSequenceNumbers: async () => ({
      ...one,
      sequence: { ...one.sequence, ...told },
      steps: one.steps.map((step) => ({ ...step, ...told })),
    }),
  })
  await until(() => expect(page.hasButton('Open')).toBe(true))
  expect(page.findAll(TableRow).map(wordsOf)[1]).toContain('34 (17 %) 12 (6 %) 3 (1.5 %)')
  page.button('Open').trigger('onClick')
  await until(() => expect(page.screen()).toContain('Opened (unreliable)'))
  expect(page.findAll(TableRow).map(wordsOf)[1]).toContain('20 (10 %) 12 (6.1 %) 30, and 41 through proxies 3')
  expect(page.screen()).toContain('Opens are a hint at best')
})

test('nothing to count is said with what to do', async () => {
  const page = await openSettings('numbers', { readNumbers: async () => numbers({ sequences: [], stages: [] }) })
  await until(() => expect(page.screen()).toContain('Nothing to count yet'))
  expect(page.screen()).toContain('map a stage to a sequence')
})

test('what could not be loaded can be tried again', async () => {
  let fails = true
  const readNumbers = async () => {
    if (fails) throw new ApiError({ code: 'internal', message: 'It did not work.', happened: 'no' })
    return numbers()
  }
  const page = await openSettings('numbers', { readNumbers })
  await until(() => expect(page.maybeFind(ErrorState)).not.toBeNull())
  fails = false
  page.button('Try again').trigger('onClick')
  await until(() => expect(page.screen()).toContain('Follow up on a proposal'))
})

test('the variants of an e-mail stand side by side', async () => {
  const line = { stepId: 'one', sent: 100, delivered: 98, replied: 12, unsubscribed: 1 }
  const variants = ['A', 'B'].map((letter) => ({
    ...{ ...line, variantId: letter, label: `E-mail 1, variant ${letter}: Your proposal` },
  }))
  const page = await openSettings('numbers', { readSequenceNumbers: async () => sequenceNumbers({ variants }) })
  await until(() => expect(page.hasButton('Open')).toBe(true))
  page.button('Open').trigger('onClick')
  await until(() => expect(page.screen()).toContain('Variants'))
  expect(page.findAll(TableRow).map(wordsOf)).toContain('E-mail 1, variant B: Your proposal 100 98 12 (12 %) 1 (1 %)')
})
