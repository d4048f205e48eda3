import type { Page } from '#core/page.ts'
import type { Completed } from './complete-install.ts'
import { describeScope } from './scope-words.ts'

type Links = NonNullable<Page['links']>

const startAgain = { label: 'Start again', href: '/oauth/install' }
const links = [startAgain]

/** A state that is unknown, used or too old, or that another browser began. Which of them is nobody's business. */
export const linkExpired: Page = {
  title: 'This connection attempt is no longer valid',
  paragraphs: [
    'It was already used, is older than ten minutes, or was started in another browser or tab. Nothing was changed.',
    'Start again and finish in the same browser tab.',
  ],
  links,
}

export const denied: Page = {
  title: 'The connection was canceled',
  paragraphs: [
    'HubSpot told us that access was not given. Nothing was changed.',
    'If HubSpot did not let you choose the account, ask a super admin of your HubSpot account to connect Stagecue.',
  ],
  links,
}

export const incomplete: Page = {
  title: 'HubSpot sent you back without an answer',
  paragraphs: ['Nothing was changed. Start again, and choose the account to connect on HubSpot’s page.'],
  links,
}

export const codeRefused: Page = {
  title: 'HubSpot did not accept the connection',
  paragraphs: ['The permission you gave was already used or took too long. Nothing was changed. Start again.'],
  links,
}

export const unavailable: Page = {
  title: 'HubSpot did not answer',
  paragraphs: ['Nothing was changed. Wait a moment, then start again.'],
  links,
}

export const misconfigured: Page = {
  title: 'Stagecue is not set up correctly',
  paragraphs: [
    'HubSpot does not accept this app. Nothing was changed.',
    'Please tell whoever operates this Stagecue to check HUBSPOT_CLIENT_ID, HUBSPOT_CLIENT_SECRET and the redirect URL.',
  ],
  links,
}

export const failed: Page = {
  title: 'Something went wrong on our side',
  paragraphs: ['The connection was not made. Wait a moment, then start again.'],
  links,
}

export function scopesMissing(missing: readonly string[]): Page {
  return {
    title: 'Some permissions are missing',
    paragraphs: [
      'Stagecue was not connected, because HubSpot did not give it everything it needs. Missing:',
      'Start again with a HubSpot user who has these permissions, such as a super admin, and accept all of them.',
    ],
    list: missing.map(describeScope),
    links,
  }
}

export function otherAccount(expected: number, chosen: number): Page {
  return {
    title: 'You chose another account',
    paragraphs: [
      `You came from the HubSpot account ${expected} but chose the account ${chosen} on HubSpot’s page. Nothing was changed.`,
      `To connect ${expected}, start again and choose it. To connect ${chosen}, start from that account.`,
    ],
    links: [{ label: 'Start again', href: `/oauth/install?portalId=${expected}` }],
  }
}

const CONNECTED: Readonly<Record<Completed, readonly string[]>> = {
  connected: [
    'Next, open Stagecue’s settings in HubSpot’s connected apps: write a sequence, then map a deal stage to it.',
    'From then on, contacts of deals that enter the stage are enrolled. You can close this page.',
  ],
  resumed: ['Your settings and mappings are as they were, and waiting work goes on. You can close this page.'],
  reconnected: [
    'Your sequences and mappings are as they were: contacts of deals that enter a mapped stage from now on are enrolled.',
    'What was stopped when Stagecue was disconnected stays stopped. Senders with a mail server or mailbox of their own need their passwords again: see the Mail tab. You can close this page.',
  ],
}

export function connected(account: string, how: Completed, portalLinks: Links): Page {
  return { title: `Connected to ${account}`, paragraphs: CONNECTED[how], links: portalLinks }
}
