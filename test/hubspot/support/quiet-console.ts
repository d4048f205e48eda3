import { afterEach, beforeEach, expect, type MockInstance, vi } from 'vitest'

/** React reports misuse (missing keys, updates of unmounted views) on the console only: any of it fails the test. */
export function expectQuietConsole() {
  let error: MockInstance<typeof console.error>
  beforeEach(() => {
    error = vi.spyOn(console, 'error').mockImplementation(() => {})
  })
  afterEach(() => {
    expect(error.mock.calls).toEqual([])
    error.mockRestore()
  })
}
