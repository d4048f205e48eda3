import type { LogLevel } from './wire.ts'

export interface LogEntry {
  level: LogLevel
  source: string
  message: string
}

declare global {
  interface Window {
    /** What extensions logged and what went wrong in them, for tests and for curious people at the console. */
    __sandboxLog: LogEntry[]
  }
}

window.__sandboxLog ??= []

export function recordLog(level: LogLevel, source: string, message: string): void {
  window.__sandboxLog.push({ level, source, message })
}
