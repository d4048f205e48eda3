import { describe, expect, test } from 'vitest'
import { checkSequence, type SequenceToCheck } from '#modules/preflight/check-sequence.ts'
import type { Step } from '#shared/contract/sequence.ts'
import { EXAMPLE_SEQUENCE } from '#shared/example-sequence.ts'

const GOOD = 'Hi {{ contact.firstname | default: "there" }}, did you find the time to read our proposal?'
const mail = (subject: string, body = GOOD, id = 'a'): Step => ({ id, kind: 'email', subject, body })
const wait = (amount = 1, id = 'w'): Step => ({ id, kind: 'wait', amount, unit: 'days' })

function check(steps: readonly Step[], given: Partial<SequenceToCheck> = {}) {
  return checkSequence({
    definition: { stopWhenStageLeft: true, steps: [...steps] },
    sender: { replyTo: 'ada@example.com', postalAddress: 'Elm Street 1' },
    domain: undefined,
    values: undefined,
    ...given,
  })
}

/** What is found about one mail, with a wait before it, in the order of the findings. */
const about = (subject: string, body = GOOD) => check([wait(), mail(subject, body)])
const sentences = (findings: ReturnType<typeof check>) =>
  findings.map(({ severity, sentence }) => `${severity}: ${sentence}`)

test('a mail as people write it has nothing to find', () => {
  expect(about('Your proposal')).toEqual([])
})

test('the example sequence has nothing that stops it', () => {
  const findings = check(EXAMPLE_SEQUENCE.definition.steps)
  expect(sentences(findings)).toEqual([
    'warning: Step 1: it goes out at once. With a wait of some minutes before it, a deal that was moved by mistake can be moved back.',
  ])
})

describe('a subject', () => {
  test.each([
    'Re: Your proposal',
    'RE : Your proposal',
    're[2]: hi',
    'Fwd: Prices',
    'FW: Prices',
    'AW: Angebot',
    'WG: Angebot',
    'SV: Tilbud',
    'Odp: Oferta',
    '回复：你好',
  ])('“%s” of a first mail is an error', (subject) => {
    expect(about(subject)).toMatchObject([{ severity: 'error', step: 2, field: 'definition.steps.1.subject' }])
  })

  test.each(['Reply to your question', 'Request: a call', 'Resources for you', 'Are you there?', 'Refund policy: new'])(
    '“%s” is none that pretends to answer',
    (subject) => {
      expect(about(subject)).toEqual([])
    },
  )

  test('a “Re:” in a later mail is only worth a look', () => {
    const findings = check([wait(), mail('Hello'), wait(1, 'v'), mail('Re: Hello', GOOD, 'b')])
    expect(sentences(findings)).toEqual([
      'warning: Step 4: the subject begins with “Re:”. Leave it empty to continue the conversation, or take “Re:” away.',
    ])
  })

  test.each([
    [60, []],
    [61, ['phones show about 60']],
    [78, ['phones show about 60']],
    [79, ['mail programs cut it after about 78']],
  ])('of %i characters', (length, found) => {
    const findings = about(`Hello ${'o'.repeat(length - 6)}`)
    expect(findings).toHaveLength(found.length)
    for (const part of found) expect(findings[0]?.sentence).toContain(part)
  })

  test('counts what the reader sees of a long value, not its name', () => {
    expect(about('Hi {{ contact.firstname | default: "there" }}, {{ contact.company | default: "you" }}')).toEqual([])
  })

  test.each([
    ['ACT NOW BEFORE IT IS LATE', 'capital letters'],
    ['Last chance!!', 'exclamation'],
    ['Really?! Yes!', 'exclamation'],
    ['Save $$$ today', 'exclamation'],
  ])('“%s” shouts', (subject, part) => {
    expect(about(subject)).toMatchObject([{ severity: 'warning', sentence: expect.stringContaining(part) }])
  })

  test.each(['The API and the SDK', 'ACME GmbH', 'Is Thursday OK?', 'Your RFP no. 12, IBM'])(
    '“%s” does not',
    (subject) => {
      expect(about(subject)).toEqual([])
    },
  )
})

describe('links', () => {
  test.each([
    ['https://bit.ly/3xYz', 'bit.ly hides where its link leads'],
    ['https://www.tinyurl.com/abc', 'tinyurl.com hides'],
    ['https://192.0.2.7/offer', 'the bare address 192.0.2.7'],
    ['https://[2001:db8::1]/offer', 'the bare address [2001:db8::1]'],
    ['https://3221225991/offer', 'the bare address 192.0.2.7'],
    ['http://acme.example/offer', 'begins with http://'],
  ])('to %s are worth a look', (url, part) => {
    for (const body of [`Look: ${url} please`, `<p>Look at <a href="${url}">our offer</a>.</p>`]) {
      expect(about('Hi', body)).toMatchObject([{ severity: 'warning', sentence: expect.stringContaining(part) }])
    }
  })

  test.each([
    ['acme.example', 'https://evil.example/x', true],
    ['https://acme.example/offer', 'https://evil.example/x', true],
    ['acme.example.com', 'https://acme.example.com.evil.example', true],
    ['www.acme.example', 'https://acme.example/x', false],
    ['acme.example', 'https://shop.acme.example/x', false],
    ['our offer', 'https://acme.example/x', false],
    ['proposal.pdf', 'https://acme.example/x', false],
    ['ada@acme.example', 'mailto:ada@acme.example', false],
  ])('that show “%s” and lead to %s', (label, url, found) => {
    const findings = about('Hi', `<p>See <a href="${url}">${label}</a>.</p>`)
    expect(findings.length > 0).toBe(found)
    if (found) expect(findings[0]?.sentence).toMatch(/a link shows \S+ and leads to \S+\. Spam filters/)
  })

  test.each(['www.acme.example', '/offer', 'javascript:alert(1)', 'htps:/acme.example', ''])(
    'that lead to “%s” are an error',
    (url) => {
      const findings = about('Hi', `<p>See <a href="${url}">our offer</a>.</p>`)
      expect(findings).toMatchObject([
        { severity: 'error', sentence: expect.stringContaining('“our offer” leads nowhere') },
      ])
    },
  )

  test('to unsubscribe, of one’s own, are worth a look: nobody hears of them', () => {
    for (const label of ['Unsubscribe', 'Hier abmelden', 'Se désabonner']) {
      const findings = about('Hi', `<p>Hi. <a href="https://acme.example/leave">${label}</a></p>`)
      expect(findings).toMatchObject([
        { severity: 'warning', sentence: expect.stringContaining('would not hear of it') },
      ])
    }
  })

  test('more than five', () => {
    const links = (count: number) => Array.from({ length: count }, (_, n) => `https://acme.example/${n}`).join(' ')
    expect(about('Hi', links(5))).toEqual([])
    expect(about('Hi', links(6))).toMatchObject([{ sentence: expect.stringContaining('6 links') }])
  })
})

describe('a text', () => {
  test.each([
    ['<p><img src="https://acme.example/x.png"></p>', 'error', 'Images are taken out'],
    ['<p>Hi, see here:</p><img src="https://acme.example/x.png">', 'warning', 'images are taken out'],
    ['<p> </p><br>', 'error', 'no text when it is filled in'],
    ['{% if contact.phone == "1" %}Hello{% endif %}', 'error', 'no text when it is filled in'],
    [`<p>Hi${'<br>'.repeat(20)}</p>`, 'error', 'push the unsubscribe link out of sight'],
    [`<p>Hi</p>${'<p>&nbsp;</p>'.repeat(20)}`, 'error', 'push the unsubscribe link out of sight'],
    ['Hi [First Name], how are you?', 'warning', '“[First Name]” looks like'],
    ['Hi %FIRST_NAME%, how are you?', 'warning', '“%FIRST_NAME%” looks like'],
    ['Lorem ipsum dolor', 'warning', '“Lorem ipsum” looks like'],
    ['THIS IS THE LAST CHANCE TO BUY OUR ENGINES AT A LOW PRICE', 'warning', 'capital letters'],
  ])('%s is a %s', (body, severity, part) => {
    expect(about('Hi', body)).toMatchObject([{ severity, sentence: expect.stringContaining(part) }])
  })

  test('beyond 100 kB of HTML is an error: Gmail hides the unsubscribe link', () => {
    // Each quotation mark is six bytes in HTML.
    const findings = about('Hi', `Hi ${'"'.repeat(17_000)}`)
    expect(findings).toMatchObject([{ severity: 'error', sentence: expect.stringContaining('Gmail hides its end') }])
    expect(about('Hi', `Hi ${'"'.repeat(16_000)}`)).toEqual([])
  })

  test('that is still missing is said elsewhere', () => {
    expect(check([wait(), mail('Hi', ' ')])).toEqual([])
  })
})

describe('values', () => {
  test('that may be missing need a default', () => {
    const findings = about('For {{ contact.company }}', '{{ contact.firstname }}, {{ deal.name }}, {{ sender.name }}')
    expect(sentences(findings)).toEqual([
      'warning: Step 2: it is held for everybody who has no contact.company. Give it a default: {{ contact.company | default: "…" }}.',
      'warning: Step 2: it is held for everybody who has no contact.firstname. Give it a default: {{ contact.firstname | default: "…" }}.',
    ])
  })

  test('of a chosen contact that are missing are named first', () => {
    const steps = [wait(), mail('For {{ contact.company }}', 'Hi {{ contact.firstname }}')]
    const findings = check(steps, { values: { 'contact.firstname': 'Ada', 'contact.company': ' ' } })
    expect(findings[0]?.sentence).toBe(
      'Step 2: the chosen contact has no contact.company, so the mail would be held. Give it a default: {{ contact.company | default: "…" }}.',
    )
    expect(findings).toHaveLength(2)
  })

  test('of a chosen contact count for what the reader sees', () => {
    const steps = [wait(), mail('Hi {{ contact.firstname | default: "there" }}')]
    expect(check(steps, { values: { 'contact.firstname': `A${'d'.repeat(70)}` } })).toMatchObject([
      { sentence: expect.stringContaining('phones show') },
    ])
  })
})

describe('the order', () => {
  test('no wait between two mails, or one of nothing', () => {
    for (const between of [[], [wait(0, 'v')]]) {
      const findings = check([wait(), mail('One'), ...between, mail('Two', GOOD, 'b')])
      expect(findings).toMatchObject([
        { severity: 'warning', sentence: expect.stringContaining('nothing waits between') },
      ])
    }
  })

  test('a wait for a time of day is a wait', () => {
    expect(check([{ id: 'w', kind: 'wait', until: 'time_of_day', time: '09:00' }, mail('One')])).toEqual([])
  })
})

describe('ways and variants', () => {
  const exit: Step = { id: 'x', kind: 'exit', reason: 'Done.' }
  const fork = (leadsTo: string, otherwise: string): Step =>
    ({
      id: 'f',
      kind: 'branch',
      arms: [{ name: 'Large', when: { match: 'all', items: [] }, leadsTo }],
      otherwise,
    }) as Step

  test('mails on different ways do not follow each other', () => {
    const steps = [wait(), fork('a', 'b'), mail('One'), exit, mail('Two', GOOD, 'b')]
    expect(check(steps)).toEqual([])
    // Both are the first of their way.
    const wrong = [wait(), fork('a', 'b'), mail('One'), exit, mail('Re: Two', GOOD, 'b')]
    expect(check(wrong)).toMatchObject([{ severity: 'error', step: 5 }])
  })

  test('a fork between two mails is no wait', () => {
    const steps = [wait(), mail('One', GOOD, 'one'), fork('a', 'end'), mail('Two')]
    expect(sentences(check(steps))).toEqual([
      'warning: Step 4: nothing waits between it and the e-mail of step 2. Add a wait between them.',
    ])
  })

  test('each variant is looked at, and not what is written beside them', () => {
    const variants = ['Hello', 'Re: hello'].map((subject, index) => ({ id: `v${index}`, subject, body: GOOD }))
    const findings = check([wait(), { id: 'a', kind: 'email', subject: 'Fwd: unused', body: '', variants }])
    expect(findings).toMatchObject([{ severity: 'error', step: 2, field: 'definition.steps.1.variants.1.subject' }])
    expect(findings[0]?.sentence).toMatch(/^Step 2, variant B: the subject begins with/)
  })
})

describe('the sender', () => {
  const steps = [wait(), mail('Hi')]

  test('without a reply address is an error, without a postal address worth a look', () => {
    expect(check(steps, { sender: { replyTo: '', postalAddress: ' ' } })).toMatchObject([
      { severity: 'error', step: null, field: 'sender.replyTo' },
      { severity: 'warning', step: null, field: 'sender.postalAddress' },
    ])
  })

  test('from a domain with a fault is an error, from one that could not be asked worth a look', () => {
    const domain = { domain: 'mail.example.com', faults: ['There is no SPF record.'] }
    expect(check(steps, { domain: { ...domain, state: 'ok' } })).toEqual([])
    expect(sentences(check(steps, { domain: { ...domain, state: 'fault' } }))).toEqual([
      'error: Mails from mail.example.com would be refused or taken for spam: There is no SPF record. Then check the domain again in the Mail tab.',
    ])
    expect(check(steps, { domain: { ...domain, state: 'unknown' } })).toMatchObject([{ severity: 'warning' }])
  })
})

test('errors come first, whatever step they are of', () => {
  const findings = check([mail('ACT NOW BEFORE IT IS LATE'), wait(), mail('', '<p><a href="x">Go</a></p>', 'b')])
  expect(findings.map(({ severity }) => severity)).toEqual(['error', 'warning', 'warning'])
})

test('a long gap in every text of the longest sequence is looked at within moments', () => {
  const gap = `Hello${' '.repeat(19_000)}Bye`
  const steps = Array.from({ length: 30 }, (_, index) => mail(`Mail ${index}`, gap, `m${index}`))
  expect(check(steps).filter(({ severity }) => severity === 'error')).toEqual([])
}, 5_000)

test.each([
  ['at its end', `Hello${'<br>'.repeat(15)}`, true],
  ['at its end, in paragraphs', `Hello${'<p>&nbsp;</p>'.repeat(15)}`, true],
  ['before its last word', `Hello${'<br>'.repeat(15)}Bye`, false],
  ['in two places', `Hello${'<br>'.repeat(10)}Bye${'<br>'.repeat(10)}`, false],
])('fifteen empty lines %s', (_where, body, isError) => {
  const found = about('Your proposal', body).filter(({ sentence }) => sentence.includes('the empty lines at its end'))
  expect(found.length > 0).toBe(isError)
})
