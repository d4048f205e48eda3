import pg from 'pg'
import { afterAll, beforeAll } from 'vitest'

/** Has the database refuse certain rows, as a defect of ours would: an error that belongs to one piece of work alone. */
export function usePoison(url: string) {
  const owner = new pg.Client(url)
  let made = 0
  beforeAll(() => owner.connect())
  afterAll(() => owner.end())

  /** Fails every write to the table for whose row, `new`, this is true; until the function it gives is called. */
  return async function refuse(table: string, when: string): Promise<() => Promise<void>> {
    const name = `poison_${++made}`
    await owner.query(`
      create function ${name}() returns trigger language plpgsql as $$
      begin
        if ${when} then raise exception 'refused by the test' using errcode = '22023'; end if;
        return new;
      end $$;
      create trigger ${name} before insert or update on ${table} for each row execute function ${name}();
    `)
    return async () => {
      await owner.query(`drop trigger ${name} on ${table}`)
    }
  }
}
