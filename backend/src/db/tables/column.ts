import type { ColumnType } from 'kysely'

/** Written as JSON text, read back as a value. */
export type Json<T> = ColumnType<T, string, string>
export type Moment = Temporal.Instant
