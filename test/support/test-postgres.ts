/** Temporary: replaced by the embedded launcher. */
export async function startTestPostgres() {
  const base = process.env.SHARED_TEST_PG ?? ''
  return { url: (database: string) => `${base}/${database}`, stop: async () => {} }
}
