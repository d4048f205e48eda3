import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { Scenarios } from '#shared/contract/scenario.ts'
import type { WhatIf } from '#shared/contract/what-if.ts'
import { type Demo, startDemo } from '../../scripts/demo/start-demo.ts'
import { connectPortal } from '../support/connect-portal.ts'
import { freePairOfPorts } from '../support/free-port.ts'
import { callAsCard } from '../support/stack.ts'

const NORTHWIND = 48211607

let demo: Demo
let dataDir: string

beforeAll(async () => {
  dataDir = await mkdtemp(path.join(tmpdir(), 'stagecue-what-if-'))
  // When root runs the tests, Postgres runs as another user and has to enter.
  await chmod(dataDir, 0o755)
  const prepared: string[] = []
  demo = await startDemo({ port: await freePairOfPorts(), dataDir, say: (line) => prepared.push(line) })
  await connectPortal(demo.appUrl, NORTHWIND)
  await vi.waitFor(() => expect(prepared.at(-1)).toMatch(/^prepared:/), { timeout: 20_000 })
})
afterAll(async () => {
  await demo?.stop()
  await rm(dataDir, { recursive: true, force: true })
})

const call = <T>(method: 'GET' | 'POST' | 'PUT', route: string, body?: unknown) =>
  callAsCard<T>(demo.sandbox, demo.appUrl, NORTHWIND, method, route, body)

test('the demo’s sequence is asked what it would have done with the deals of the last weeks', async () => {
  const { sequences } = await call<{ sequences: { id: string }[] }>('GET', '/api/sequences')
  const at = `/api/sequences/${sequences[0]?.id}`
  await call('POST', `${at}/what-if`, { startedBy: { kind: 'mappings' }, idempotencyKey: 'journey-what-if' })
  const done = async () => {
    const answer = await call<WhatIf>('GET', `${at}/what-if`)
    expect(answer.state).toBe('done')
    return answer
  }
  const { report } = await vi.waitFor(done, { timeout: 30_000 })
  if (!report) throw new Error('there is no report')
  expect(report.deals).toBeGreaterThan(5)
  expect(report.enrolled).toBeGreaterThan(8)
  expect(report.mails).toBeGreaterThan(report.enrolled)
  expect(report.completed).toBeGreaterThan(0)
  expect(report.stops).toMatchObject([{ reason: 'stage_left' }])
  // Nothing of it happened.
  expect(demo.sandbox.mail.messages()).toEqual([])

  const { usual } = await call<Scenarios>('GET', `${at}/scenarios`)
  const input = { scenarios: usual, revision: 0, idempotencyKey: 'journey-scenarios' }
  const { results } = await call<Scenarios>('PUT', `${at}/scenarios`, input)
  expect(results.length).toBeGreaterThanOrEqual(10)
  expect(results.filter(({ passed }) => !passed)).toEqual([])
})
