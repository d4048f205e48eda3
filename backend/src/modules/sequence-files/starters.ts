import { readFileSync } from 'node:fs'
import { type ReadSequence, readFile } from './read-file.ts'

export interface Starter {
  readonly key: string
  readonly pack: string
  readonly summary: string
}

/** What "Start from…" offers, in this order. The texts are files beside this one, in the format of an export. */
export const STARTERS: readonly Starter[] = [
  {
    key: 'saas-trial',
    pack: 'SaaS',
    summary:
      'For deals that begin with a trial: help with the first step, what should be different, and what comes after it.',
  },
  {
    key: 'saas-demo',
    pack: 'SaaS',
    summary: 'After a demo: what is still open, how much work it is to get started, and a clear end.',
  },
  {
    key: 'saas-renewal',
    pack: 'SaaS',
    summary:
      'Before the close date of a renewal deal: what is coming up, the paperwork that holds it up, and the last days.',
  },
  {
    key: 'shop-quote',
    pack: 'E-commerce',
    summary: 'For quotes on larger orders: the quantity and the date, a sample, and whether to keep it open.',
  },
  {
    key: 'shop-wholesale',
    pack: 'E-commerce',
    summary:
      'For stores that want to resell: which products fit, a first order that isn’t too big, and what is missing.',
  },
  {
    key: 'agency-proposal',
    pack: 'Agency',
    summary: 'After a proposal: scope, budget, timing, then a clear yes or no.',
  },
  {
    key: 'agency-kickoff',
    pack: 'Agency',
    summary: 'For signed deals: how it gets started, what is needed, and how the first weeks are going.',
  },
]

/** The file of a starter. Read when it is asked for: it is a few kilobytes, and an admin asks a few times a year. */
export function readStarter({ key }: Starter): ReadSequence {
  return readFile(readFileSync(new URL(`./starters/${key}.yaml`, import.meta.url), 'utf8'))
}
