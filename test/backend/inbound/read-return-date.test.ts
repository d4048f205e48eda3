import { expect, test } from 'vitest'
import { readReturnDate } from '#modules/inbound/read-return-date.ts'

/** Received on Monday, 4 May 2026. */
const NOTICES: readonly (readonly [text: string, date: string | undefined])[] = [
  ['I am out until 12 May.', '2026-05-12'],
  ['I am away through May 12.', '2026-05-13'],
  ['I am away from 12 May to 20 May.', '2026-05-20'],
  ['I will be out of the office 5/13 - 5/20 and will return 5/21.', '2026-05-21'],
  ['I am back in the office on 3 January.', undefined],
  ['I am back on the 5th of June, 2026.', '2026-06-05'],
  ['I will be out from May 3rd and back on May 10th.', '2026-05-10'],
  ['Returning Monday, May 11. For orders before 15 May write to Sam.', '2026-05-11'],
  ['I am out of the office from 4 May until 8 May (inclusive).', '2026-05-09'],
  ['The office is closed. I will be back.\nOur fair takes place on 20 May.', undefined],
  ['I am out until 03/04/2026.', undefined],
  ['I will be back in the office on 05/05/2026.', '2026-05-05'],
  ['I will be back in the office on 13/05/2026.', '2026-05-13'],
  ['I will return next Friday.', undefined],
  ['I will return on Friday.', '2026-05-08'],
  ['I will return on Monday.', undefined],
  ['I am out until 1 May.', undefined],
  ['I am out until 12 May 2024.', undefined],
  ['I am out until 12 May or until 19 May.', undefined],
  ['I am out until 31 June.', undefined],
  ['I am out until 12 May 2031.', undefined],
  ['Call me on 12-14 or 0049 30 12.05.', undefined],
  ['I founded the company on 12 May 2020.', undefined],
  ['I am on PTO through 5/15.', '2026-05-16'],
  ['I am on PTO through 5/6.', undefined],
  ['Starting Thursday, May 7th, returning Tuesday, May 19th.', '2026-05-19'],
  ['', undefined],
  ['Ich bin erst wieder am Montag, 18. Mai 2026 im Hause.', '2026-05-18'],
  ["Je suis absente jusqu'au vendredi 15 mai. Je serai de retour le lundi 18 mai.", '2026-05-18'],
  ['Estaré fuera desde el 4 hasta el 15 de mayo, ambos inclusive.', '2026-05-16'],
  ['Ik ben er weer op maandag 18 mei.', '2026-05-18'],
  ['Ich bin ab 11. Mai wieder da.', '2026-05-11'],
  ['Ich bin bis 12.5.2026 im Urlaub.', '2026-05-12'],
  ['Ich bin vom 3. bis 10. Mai nicht im Büro.', '2026-05-10'],
  ['Ab dem 18. Mai bin ich zurück.', '2026-05-18'],
  ['Ich bin bis inkl. 12.05.26 abwesend.', '2026-05-13'],
  ['Je suis absent du 3 au 10 mai.', '2026-05-10'],
  ["Je suis en congés jusqu'au 1er juin.", '2026-06-01'],
  ['Je reprendrai le travail le 12 mai.', '2026-05-12'],
  ['Estaré fuera del 3 al 10 de mayo.', '2026-05-10'],
  ['Me incorporo el 1 de junio de 2026.', '2026-06-01'],
  ['Sarò assente fino al 10 maggio compreso.', '2026-05-11'],
  ['Rientrerò in ufficio il 12 maggio.', '2026-05-12'],
  ['Estarei ausente até 10/05.', '2026-05-10'],
  ['Voltarei no dia 12 de maio.', '2026-05-12'],
  ['Ik ben van 3 tot 10 mei afwezig.', '2026-05-10'],
  ['Ik ben terug op dinsdag 12 mei.', '2026-05-12'],
  ['Będę nieobecny do 10.05.2026 włącznie.', '2026-05-11'],
  ['Wrócę 12 maja.', '2026-05-12'],
  ['Jag är ledig till 10 maj.', '2026-05-10'],
  ['Jag är åter på kontoret måndag 11/5.', '2026-05-11'],
  ['Jeg holder ferie indtil 10. maj.', '2026-05-10'],
  ['Jeg er tilbage på kontoret den 11/5.', '2026-05-11'],
]

test.each(NOTICES)('%s -> %s', (text, date) => {
  expect(readReturnDate(text, Temporal.PlainDate.from('2026-05-04'))?.toString()).toBe(date)
})

test('a day without a year may lie behind the turn of the year', () => {
  const received = Temporal.PlainDate.from('2026-12-21')
  expect(readReturnDate('I am back in the office on 3 January.', received)?.toString()).toBe('2027-01-03')
  expect(readReturnDate('Ich bin bis 6.1. im Urlaub.', received)?.toString()).toBe('2027-01-06')
})

test('a long text of dates is read in linear time', () => {
  const started = performance.now()
  readReturnDate('until 12 may '.repeat(100_000), Temporal.PlainDate.from('2026-05-04'))
  expect(performance.now() - started).toBeLessThan(2000)
})
