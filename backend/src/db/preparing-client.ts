import pg from 'pg'
import { isStalePlan } from './retry-serialization.ts'

/** Uses of a text on one connection before it is prepared: what is asked once or twice is not worth keeping. */
const PREPARE_AFTER = 3

/** Prepared statements of one connection at most; each holds some memory on the server until the connection closes. */
const MAX_PREPARED = 200

/** Texts counted at most: lists of changing length in a text make ever new ones. */
const MAX_COUNTED = 2_000

/**
 * A connection that prepares the statements it is asked again and again, under names of its own: Postgres then parses and
 * plans a text once instead of every time, which for statements over many tables costs more than running them. Whether a plan
 * for all values is good enough is Postgres' decision, which it makes anew when a table or its statistics change (Postgres
 * docs, PREPARE and `plan_cache_mode`). A pooler in between must keep the prepared statements of its clients apart.
 */
export class PreparingClient extends pg.Client {
  readonly #uses = new Map<string, number>()
  readonly #names = new Map<string, string>()
  #named = 0

  /** As of `pg.Client`; only `query(text, values)` that returns a promise is ever prepared. */
  // biome-ignore lint/suspicious/noExplicitAny: pg declares eight overloads, and all but one go through as they came.
  override query(...given: any[]): any {
    const [text, values, callback] = given
    // Without values a text may be several statements, which cannot be prepared.
    const isPlain = typeof text === 'string' && Array.isArray(values) && values.length > 0 && callback === undefined
    const name = isPlain ? this.#nameOf(text) : undefined
    if (name === undefined) return super.query(...(given as Parameters<pg.Client['query']>))
    return super.query({ name, text, values }).catch((error: unknown) => {
      // Under its name the statement is refused for good; the next time it begins anew.
      if (isStalePlan(error)) this.#names.delete(text)
      throw error
    })
  }

  #nameOf(text: string): string | undefined {
    const known = this.#names.get(text)
    if (known !== undefined || this.#names.size >= MAX_PREPARED) return known
    const uses = this.#uses.get(text) ?? 0
    if (uses < PREPARE_AFTER) {
      if (this.#uses.size >= MAX_COUNTED) this.#uses.clear()
      this.#uses.set(text, uses + 1)
      return undefined
    }
    this.#uses.delete(text)
    const name = `s${this.#named++}`
    this.#names.set(text, name)
    return name
  }
}
