import type { ConsentProblem } from './consent.ts'
import type { World } from './world.ts'

/** What a scope lets the app do, in words. */
const SCOPE_WORDS: Record<string, string> = {
  oauth: 'Know which HubSpot account it is connected to',
  'crm.objects.contacts.read': 'View contacts, notes and tasks',
  'crm.objects.contacts.write': 'Create and change contacts, notes and tasks',
  'crm.objects.deals.read': 'View deals and their stages',
  'crm.objects.deals.write': 'Create and change deals',
  'crm.objects.companies.read': 'View companies',
  'crm.objects.companies.write': 'Create and change companies',
  'crm.objects.owners.read': 'View the owners of records',
  'crm.objects.users.read': 'View users of the account',
  'crm.schemas.deals.read': 'View deal properties and pipelines',
  'crm.schemas.deals.write': 'Create and change deal properties and pipelines',
  'crm.schemas.contacts.read': 'View contact properties',
  'crm.schemas.contacts.write': 'Create and change contact properties',
  'crm.lists.read': 'View lists',
  'crm.lists.write': 'Create and change lists',
  timeline: 'Add events to the timeline of records',
  automation: 'Take part in workflows',
  'sales-email-read': 'View the content of one-to-one emails',
  'communication_preferences.read': 'View who unsubscribed from email',
  'communication_preferences.write': 'Change who is subscribed to email',
  'communication_preferences.read_write': 'View and change who is subscribed to email',
}

const STYLE = `
:root{color-scheme:light;--ink:#1f2d3d;--soft:#5b6b7b;--line:#dde4ec;--accent:#0b6e75}
*{box-sizing:border-box}
body{margin:0;background:#f4f7fa;color:var(--ink);font:16px/1.5 system-ui,sans-serif}
.banner{background:#fff6d6;border-bottom:1px solid #ecd98a;padding:.5rem 1rem;text-align:center;font-size:.875rem}
main{max-width:34rem;margin:2.5rem auto;background:#fff;border:1px solid var(--line);border-radius:12px;padding:2rem}
h1{font-size:1.4rem;margin:0 0 .25rem}h2{font-size:1rem;margin:1.5rem 0 .5rem}
p{margin:.25rem 0;color:var(--soft)}ul{margin:0;padding-left:1.25rem}li{margin:.25rem 0}
code{font-size:.8rem;color:var(--soft);overflow-wrap:anywhere}
fieldset{border:0;padding:0;margin:0}legend{font-weight:600;margin:1.5rem 0 .5rem;padding:0}
label{display:flex;gap:.75rem;align-items:center;border:1px solid var(--line);border-radius:8px;padding:.75rem;margin:.5rem 0;cursor:pointer}
label:has(:checked){border-color:var(--accent);background:#eef8f8}label span{display:block}label small{color:var(--soft)}
.actions{display:flex;gap:.75rem;margin-top:1.75rem}
button{font:inherit;padding:.6rem 1.25rem;border-radius:8px;border:1px solid var(--line);background:#fff;color:var(--ink);cursor:pointer}
button.primary{background:var(--accent);border-color:var(--accent);color:#fff}
:focus-visible{outline:3px solid #f0b429;outline-offset:2px}`

/** The consent page, with `chosen` preselected when it is a portal. */
export function renderConsent(world: World, query: URLSearchParams, chosen: number): string {
  const portals = [...world.portals.values()]
  const selected = portals.some((portal) => portal.portalId === chosen) ? chosen : portals[0]?.portalId
  const choices = portals.map((portal) => {
    const user = portal.users[0]
    const state = world.tokens.grants.has(portal.portalId) ? ' · already connected' : ''
    const checked = portal.portalId === selected ? ' checked' : ''
    return `<label><input type="radio" name="portalId" value="${portal.portalId}"${checked}>
<span><span>${escapeHtml(portal.name)}</span><small>${portal.portalId} · ${escapeHtml(user?.email ?? '')}${state}</small></span></label>`
  })
  return page(
    `Connect ${world.app.name}`,
    `<h1>Connect ${escapeHtml(world.app.name)} to HubSpot</h1>
<p>${escapeHtml(world.app.name)} asks to do the following in your account.</p>
<form method="post" action="/oauth/authorize/decision">
<input type="hidden" name="query" value="${escapeHtml(query.toString())}">
<fieldset><legend>Account</legend>${choices.join('\n')}</fieldset>
<h2>This app will be able to</h2><ul>${scopeItems(query.get('scope'))}</ul>
${query.get('optional_scope') ? `<h2>And, where your plan has it</h2><ul>${scopeItems(query.get('optional_scope'))}</ul>` : ''}
<div class="actions"><button class="primary" name="decision" value="connect">Connect app</button>
<button name="decision" value="cancel">Cancel</button></div></form>`,
  )
}

export function renderProblem(problem: ConsentProblem): string {
  const details = (problem.details ?? []).map((line) => `<li>${escapeHtml(line)}</li>`).join('')
  return page(
    problem.title,
    `<h1>${escapeHtml(problem.title)}</h1><p>${escapeHtml(problem.text)}</p>${details ? `<h2>Details</h2><ul>${details}</ul>` : ''}
<p>The app was not installed.</p>`,
  )
}

function scopeItems(scopes: string | null): string {
  return (scopes ?? '')
    .split(/[\s,]+/)
    .filter(Boolean)
    .map(
      (scope) => `<li>${escapeHtml(SCOPE_WORDS[scope] ?? 'Use the permission')} <code>${escapeHtml(scope)}</code></li>`,
    )
    .join('')
}

function page(title: string, body: string): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escapeHtml(title)} · HubSpot stand-in</title><style>${STYLE}</style></head><body>
<div class="banner" role="note">This is the sandbox, a local stand-in for HubSpot. Nothing here reaches a real account.</div>
<main>${body}</main></body></html>`
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}
