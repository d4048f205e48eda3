import { expect, test } from 'vitest'
import { useDatabase } from '#test/support/database.ts'
import { openApp } from './browser.ts'

const database = useDatabase()

test('a callback address works once', async () => {
  const { browser, world } = await openApp(database)
  const one = browser()
  const portalId = world.addPortal()
  const back = await one.consent(portalId)
  const kept = new Map(one.cookies)
  await one.get(back)
  const calls = world.tokenCalls()
  for (const [name, value] of kept) one.cookies.set(name, value)
  const second = await one.get(back)
  expect(second.statusCode).toBe(400)
  expect(second.body).toContain('Start again')
  expect(world.tokenCalls()).toBe(calls)
})

test('two callbacks at once with one state connect once', async () => {
  const { browser, world } = await openApp(database)
  const one = browser()
  const back = await one.consent(world.addPortal())
  const twin = browser()
  for (const [name, value] of one.cookies) twin.cookies.set(name, value)
  const pages = await Promise.all([one.get(back), twin.get(back)])
  expect(pages.map((page) => page.statusCode).sort()).toEqual([200, 400])
  expect(world.tokenCalls()).toBe(1)
})

test('another browser cannot finish an attempt, and the one that began it still can', async () => {
  const { browser, world } = await openApp(database)
  const [attacker, victim] = [browser(), browser()]
  const portalId = world.addPortal()
  const back = await attacker.consent(portalId)
  expect((await victim.get(back)).statusCode).toBe(400)
  await victim.start()
  expect((await victim.get(back)).statusCode).toBe(400)
  expect(world.tokenCalls()).toBe(0)
  expect(await world.installation(portalId)).toBeUndefined()
  expect((await attacker.get(back)).statusCode).toBe(200)
})

test('an attempt ends after ten minutes', async () => {
  const { browser, world } = await openApp(database)
  const one = browser()
  const back = await one.consent(world.addPortal())
  world.clock.passes({ minutes: 10 })
  const page = await one.get(back)
  expect(page.statusCode).toBe(400)
  expect(page.body).toContain('older than ten minutes')
  expect(world.tokenCalls()).toBe(0)
})

test('of two tabs the later one counts; the earlier one is told to start again and spoils nothing', async () => {
  const { browser, world } = await openApp(database)
  const one = browser()
  const [first, second] = [world.addPortal(), world.addPortal()]
  const backOne = await one.consent(first)
  const backTwo = await one.consent(second)
  expect((await one.get(backOne)).statusCode).toBe(400)
  expect((await one.get(backTwo)).statusCode).toBe(200)
  expect(await world.installation(first)).toBeUndefined()
})

test('a verifier of another attempt does not fit', async () => {
  const { browser, world } = await openApp(database)
  const [one, two] = [browser(), browser()]
  const portalId = world.addPortal()
  const back = await one.consent(portalId)
  await two.start()
  one.cookies.set('__Host-stagecue-verifier', two.cookies.get('__Host-stagecue-verifier') ?? '')
  expect((await one.get(back)).statusCode).toBe(400)
  expect(await world.installation(portalId)).toBeUndefined()
})

test('an install from the marketplace starts our own flow; its code is never exchanged', async () => {
  const { browser, world } = await openApp(database)
  const one = browser()
  const answer = await one.get('/oauth/callback?code=from-the-marketplace')
  expect(answer.statusCode).toBe(302)
  expect(answer.headers.location).toBe('/oauth/install')
  expect(world.tokenCalls()).toBe(0)
})

test('who starts from a portal is sent to that portal, and another choice stores nothing', async () => {
  const { browser, world } = await openApp(database)
  const one = browser()
  const [expected, chosen] = [world.addPortal(), world.addPortal()]
  const query = `?portalId=${expected}`
  expect(new URL(await one.start(query)).pathname).toBe(`/oauth/${expected}/authorize`)
  const page = await one.get(await one.consent(chosen, query))
  expect(page.statusCode).toBe(400)
  expect(page.body).toContain(String(expected))
  expect(await world.installation(chosen)).toBeUndefined()
  expect((await one.get(await one.consent(expected, query))).statusCode).toBe(200)
})

test('the portal inside a state cannot be changed', async () => {
  const { browser, world } = await openApp(database)
  const one = browser()
  const [expected, chosen] = [world.addPortal(), world.addPortal()]
  const back = new URL(await one.consent(chosen, `?portalId=${expected}`))
  const forged = `${back.searchParams.get('state')?.split('.')[0]}.${chosen}`
  back.searchParams.set('state', forged)
  one.cookies.set('__Host-stagecue-state', forged)
  expect((await one.get(back.href)).statusCode).toBe(400)
  expect(await world.installation(chosen)).toBeUndefined()
})

test('a link that is only looked at does not spend the attempt', async () => {
  const { browser, world, app } = await openApp(database)
  const one = browser()
  const portalId = world.addPortal()
  const back = new URL(await one.consent(portalId))
  const cookies = Object.fromEntries(one.cookies)
  expect((await app.inject({ method: 'HEAD', url: back.pathname + back.search, cookies })).statusCode).toBe(404)
  expect((await one.get(back.href)).statusCode).toBe(200)
})
