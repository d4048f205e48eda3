import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type { Clock } from '#core/clock.ts'

/** The machine's clock, some time ahead of it. Only the demo has one: production takes the machine's as it is. */
export interface DemoClock {
  readonly read: Clock
  /** How far it is ahead, in whole milliseconds; never negative. */
  ahead(): number
  setAhead(ms: number): void
}

export function createDemoClock(base: Clock, aheadMs: number): DemoClock {
  let ahead = aheadMs
  return {
    read: () => base().add({ milliseconds: ahead }),
    ahead: () => ahead,
    setAhead(ms) {
      // Leases, tokens and journals of the demo would lie in the future.
      if (ms < ahead) throw new RangeError('The demo’s clock only moves forward.')
      ahead = ms
    },
  }
}

/** How far the clock was ahead when the demo last ran, in milliseconds; what was planned then must stay in the future. */
export function readAhead(dataDir: string): number {
  const file = fileIn(dataDir)
  if (!existsSync(file)) return 0
  const { aheadMs } = JSON.parse(readFileSync(file, 'utf8')) as { aheadMs?: unknown }
  return typeof aheadMs === 'number' && aheadMs > 0 ? Math.floor(aheadMs) : 0
}

export function keepAhead(dataDir: string, aheadMs: number): void {
  mkdirSync(dataDir, { recursive: true })
  writeFileSync(fileIn(dataDir), `${JSON.stringify({ aheadMs })}\n`)
}

function fileIn(dataDir: string): string {
  return path.join(dataDir, 'demo-clock.json')
}
