import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { systemSleep } from '#core/clock.ts'

/** The production server as a process of its own, as `npm start` runs it. */
export interface AppProcess {
  readonly pid: number
  /** Everything it wrote so far. */
  output(): string
  /** True until it has ended. */
  running(): boolean
  kill(signal: 'SIGTERM' | 'SIGKILL' | 'SIGINT'): void
  /** Its exit code, when it has ended; null after a signal. */
  ended: Promise<number | null>
}

/**
 * Starts it with these settings and nothing else of this process's environment. `entry` is the script to run, for tests that
 * need limits of their own.
 */
export function spawnApp(env: Readonly<Record<string, string>>, entry = 'backend/src/main.ts'): AppProcess {
  const child: ChildProcess = spawn(process.execPath, [entry], {
    env: { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  return watchProcess(child)
}

/** What a test sees of a process that was just started, with its output piped. */
export function watchProcess(child: ChildProcess): AppProcess {
  const chunks: string[] = []
  child.stdout?.on('data', (chunk) => chunks.push(String(chunk)))
  child.stderr?.on('data', (chunk) => chunks.push(String(chunk)))
  const ended = once(child, 'exit').then(([code]) => (typeof code === 'number' ? code : null))
  return {
    pid: child.pid ?? 0,
    output: () => chunks.join(''),
    running: () => child.exitCode === null && child.signalCode === null,
    kill: (signal) => void child.kill(signal),
    ended,
  }
}

/** Waits until the process says it is ready; throws with its output when it ends or takes longer than a minute. */
export async function whenReady(app: AppProcess, url: string): Promise<void> {
  for (let attempt = 0; attempt < 600; attempt++) {
    if (!app.running()) throw new Error(`the app ended while starting:\n${app.output()}`)
    const ready = await fetch(`${url}/readyz`).then(
      (response) => response.ok,
      () => false,
    )
    if (ready) return
    await systemSleep(100)
  }
  throw new Error(`the app did not get ready:\n${app.output()}`)
}
