import { afterEach, beforeEach, expect, vi } from 'vitest'

// What the product prints by accident is a bug: an unexpected console call fails the test that caused it.
const METHODS = ['log', 'info', 'warn', 'error'] as const

beforeEach(() => {
  for (const method of METHODS) vi.spyOn(console, method).mockImplementation(() => {})
})

afterEach(() => {
  const calls = METHODS.flatMap((method) =>
    vi.mocked(console[method]).mock.calls.map((call) => `console.${method}: ${call.join(' ')}`),
  )
  vi.restoreAllMocks()
  expect(calls).toEqual([])
})
