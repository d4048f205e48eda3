import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createTransport } from 'nodemailer'
import { expect, onTestFinished, test } from 'vitest'
import {
  appForTest,
  call,
  FIRST_CONTACT,
  FIRST_DEAL,
  HARBOR_PINE_ID,
  NORTHWIND_ID,
  sandboxForTest,
} from './starting.ts'

type Sandbox = Awaited<ReturnType<typeof sandboxForTest>>

const read = async (sandbox: Sandbox, path: string) => (await call(sandbox, null, 'GET', path)).body

test('the portals and whether the app is installed there', async () => {
  const sandbox = await sandboxForTest()
  sandbox.install(HARBOR_PINE_ID)
  expect(await read(sandbox, '/sandbox/portals')).toEqual([
    {
      portalId: NORTHWIND_ID,
      timeZone: 'America/Chicago',
      name: 'Northwind Robotics',
      domain: 'northwind-robotics.example',
      installed: false,
      user: { id: 61204417, email: 'maya.lindqvist@northwind-robotics.example', name: 'Maya Lindqvist' },
    },
    expect.objectContaining({ portalId: HARBOR_PINE_ID, installed: true }),
  ])
})

test('the board shows one pipeline and its deals', async () => {
  const sandbox = await sandboxForTest()
  const board = await read(sandbox, `/sandbox/portals/${NORTHWIND_ID}/board`)
  expect(board.pipelineId).toBe('default')
  expect(board.pipelines[0].stages[0]).toEqual({ id: 'lead', label: 'Lead', isClosed: false })
  expect(board.deals).toHaveLength(17)
  expect(board.deals[0]).toEqual({
    id: FIRST_DEAL,
    name: 'Alder Foods: pick-and-place cell',
    amount: 48000,
    currency: 'USD',
    stageId: 'lead',
    owner: 'Maya Lindqvist',
    contacts: [
      { id: '15360101', name: 'Nora Whitfield' },
      { id: '15360102', name: 'Jonas Keller' },
    ],
  })
  const renewals = await read(sandbox, `/sandbox/portals/${NORTHWIND_ID}/board?pipelineId=812406113`)
  expect(renewals.deals.map((deal: { name: string }) => deal.name)).toEqual(['Everpine: service plan 2027'])
})

test('moving a deal on the board is a change like any other', async () => {
  const app = await appForTest()
  const sandbox = await sandboxForTest({ appTarget: app.url })
  sandbox.install(NORTHWIND_ID)
  const path = `/sandbox/portals/${NORTHWIND_ID}/deals/${FIRST_DEAL}`
  expect((await call(sandbox, null, 'POST', `${path}/move`, { stageId: 'demoscheduled' })).body).toEqual({ ok: true })
  await sandbox.webhooks.settle()
  expect(JSON.parse(app.received[0]?.body ?? '')).toMatchObject([{ propertyValue: 'demoscheduled' }])
  const deal = await read(sandbox, path)
  expect(deal).toMatchObject({
    stageLabel: 'Demo scheduled',
    pipelineLabel: 'Sales pipeline',
    contacts: [{ title: 'Head of Operations' }, {}],
  })
  expect(deal.timeline[0]).toMatchObject({
    title: 'Deal moved to Demo scheduled',
    detail: 'From Lead',
    source: 'Maya Lindqvist',
  })
  expect((await call(sandbox, null, 'POST', `${path}/move`, { stageId: 'nowhere' })).status).toBe(400)
  expect((await call(sandbox, null, 'GET', `/sandbox/portals/1/deals/${FIRST_DEAL}`)).status).toBe(404)
})

test('a contact shows its deals and what the app wrote on its timeline', async () => {
  const sandbox = await sandboxForTest()
  const { accessToken } = sandbox.install(NORTHWIND_ID)
  await call(sandbox, accessToken, 'POST', '/integrators/timeline/2026-03/events', {
    eventTypeName: 'unknown_type',
    id: 'e-1',
    email: 'nora.whitfield@alderfoods.example',
    properties: { sequence: 'Welcome' },
  })
  await call(sandbox, accessToken, 'POST', '/crm/objects/2026-09/tasks', {
    properties: { hs_task_subject: 'Call Nora', hs_timestamp: '2026-11-21T09:00:00Z' },
    associations: [
      { to: { id: FIRST_CONTACT }, types: [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId: 204 }] },
    ],
  })
  const contact = await read(sandbox, `/sandbox/portals/${NORTHWIND_ID}/contacts/${FIRST_CONTACT}`)
  expect(contact).toMatchObject({ name: 'Nora Whitfield', title: 'Head of Operations', company: 'Alder Foods' })
  expect(contact.deals.map((deal: { stageLabel: string }) => deal.stageLabel)).toEqual(['Lead', 'Proposal sent'])
  const titles = contact.timeline.map((item: { title: string; detail: string; source: string }) => [
    item.title,
    item.detail,
  ])
  expect(titles).toEqual(
    expect.arrayContaining([
      ['unknown_type', 'sequence: Welcome'],
      ['Task: Call Nora', ''],
    ]),
  )
  expect(titles.at(-1)).toEqual(['Contact created', ''])
})

test('the fetch endpoint gives the card what the app answered', async () => {
  const app = await appForTest((_received, response) => response.end('{"ok":true,"data":1}'))
  const sandbox = await sandboxForTest({ appTarget: app.url })
  const body = { portalId: NORTHWIND_ID, userId: 61204417, url: 'https://stagecue.example/api/settings', method: 'GET' }
  const answer = await call(sandbox, null, 'POST', '/sandbox/fetch', body)
  expect(answer.body).toEqual({ status: 200, headers: { 'content-type': 'text/plain' }, body: '{"ok":true,"data":1}' })
})

test('the pages learn the app and its extensions, and get their bundles', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sandbox-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const cards = join(folder, 'project', 'app', 'cards')
  mkdirSync(cards, { recursive: true })
  const config = { name: 'Stagecue', location: 'crm.record.tab', entrypoint: '/app/cards/DealCard.tsx' }
  writeFileSync(join(cards, 'card-hsmeta.json'), JSON.stringify({ uid: 'deal_card', type: 'card', config }))
  writeFileSync(join(folder, 'DealCard.js'), '(function(){})()')
  const sandbox = await sandboxForTest({ projectDir: join(folder, 'project'), bundlesDir: folder })
  expect(await read(sandbox, '/sandbox/config')).toMatchObject({ appUrl: 'https://stagecue.example', appId: 7700421 })
  expect(await read(sandbox, '/sandbox/extensions')).toEqual([
    {
      uid: 'deal_card',
      type: 'card',
      title: 'Stagecue',
      location: 'crm.record.tab',
      bundleUrl: '/bundles/DealCard.js',
    },
  ])
  const bundle = await fetch(`${sandbox.url}/bundles/DealCard.js`)
  expect(bundle.headers.get('content-type')).toContain('text/javascript')
  expect(await bundle.text()).toBe('(function(){})()')
  for (const path of ['/bundles/Other.js', '/bundles/..%2Fproject%2Fapp', '/bundles/card-hsmeta.json']) {
    expect((await fetch(sandbox.url + path)).status).toBe(404)
  }
})

test('pages are plugged in on the same origin and know the sandbox', async () => {
  const sandbox = await sandboxForTest({
    pages: async (app, { sandbox: owner }) => {
      app.get('/', async () => ({ portals: owner.state.portals.size }))
    },
  })
  expect(await read(sandbox, '/')).toEqual({ portals: 2 })
})

test('changes are told as they happen', async () => {
  const sandbox = await sandboxForTest()
  const response = await fetch(`${sandbox.url}/sandbox/changes`)
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
  let heard = (await reader?.read())?.value ?? ''
  sandbox.moveDeal(NORTHWIND_ID, FIRST_DEAL, 'qualified')
  sandbox.install(HARBOR_PINE_ID)
  while (!heard.includes('install')) heard += (await reader?.read())?.value ?? ''
  expect(heard).toContain(`data: {"kind":"deal","portalId":${NORTHWIND_ID}}`)
  expect(heard).toContain(`data: {"kind":"install","portalId":${HARBOR_PINE_ID}}`)
  await reader?.cancel()
})

test('a state file carries deals, installations and mails over a restart', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sandbox-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const stateFile = join(folder, 'deep', 'sandbox.json')
  const first = await sandboxForTest({ stateFile, rotate: true })
  const { accessToken } = first.install(NORTHWIND_ID)
  first.moveDeal(NORTHWIND_ID, FIRST_DEAL, 'negotiation')
  const transport = createTransport({ host: '127.0.0.1', port: first.mail.port, ignoreTLS: true })
  await transport.sendMail({ messageId: '<kept@x.example>', from: 'a@x.example', to: 'b@x.example', text: 'Grüße' })
  await first.stop()
  const second = await sandboxForTest({ stateFile })
  const deal = await call(second, accessToken, 'GET', `/crm/objects/2026-09/deals/${FIRST_DEAL}`)
  expect(deal.body.properties.dealstage).toBe('negotiation')
  expect(second.mail.accepted('<kept@x.example>')).toBe(1)
  expect(second.mail.messages()[0]?.raw.toString('latin1')).toContain('kept@x.example')
})
