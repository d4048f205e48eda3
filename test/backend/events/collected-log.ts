import type { Log } from '#core/log.ts'

/** Keeps what was logged, so that a test can look for what must and must not be there. */
export class CollectedLog implements Log {
  readonly lines: { level: string; fields: object; message: string }[] = []
  info = (fields: object, message: string) => this.#keep('info', fields, message)
  warn = (fields: object, message: string) => this.#keep('warn', fields, message)
  error = (fields: object, message: string) => this.#keep('error', fields, message)
  debug = (fields: object, message: string) => this.#keep('debug', fields, message)
  child = () => this
  #keep(level: string, fields: object, message: string): void {
    this.lines.push({ level, fields, message })
  }
}
