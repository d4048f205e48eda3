import { defineConfig } from 'vitest/config'

/** What takes minutes: `npm run test:long`. STAGECUE_SEED repeats a run's schedule. */
export default defineConfig({
  test: {
    name: 'long',
    reporters: ['default', './test/support/totals-reporter.ts'],
    include: ['test/long/**/*.test.ts'],
    testTimeout: 15 * 60_000,
    hookTimeout: 120_000,
    fileParallelism: false,
  },
})
