import type { SequenceLine } from '@stagecue/shared/contract/numbers.ts'

/** "12 (8 %)"; without anything to take a part of, the count alone. */
export function countAndShare(count: number, of: number): string {
  return of === 0 ? String(count) : `${count} (${percent(count / of)})`
}

/** A part of 1 as "8 %"; small parts keep a decimal, so that one in a thousand is not nothing. */
export function percent(share: number): string {
  const points = share * 100
  return `${points > 0 && points < 10 ? points.toFixed(1).replace(/\.0$/, '') : Math.round(points)} %`
}

/** "3 hours", "4 days". */
export function hoursInWords(hours: number | null): string {
  if (hours === null) return 'No deal has left it yet'
  if (hours < 1) return 'Less than an hour'
  const [amount, unit] = hours < 48 ? [Math.round(hours), 'hour'] : [Math.round(hours / 24), 'day']
  return `${amount} ${unit}${amount === 1 ? '' : 's'}`
}

/** "12 (6 %)"; a sequence that does not track clicks knows of none. */
export function clickedText(clicked: number | null, of: number): string {
  return clicked === null ? 'Not tracked' : countAndShare(clicked, of)
}

/** "12, and 40 through proxies": who loaded the picture of a mail. */
export function openedText(opened: SequenceLine['opened']): string {
  if (opened === null) return 'Not tracked'
  const { byPrograms, byProxies } = opened
  return byProxies === 0 ? String(byPrograms) : `${byPrograms}, and ${byProxies} through proxies`
}
