import { writeFileSync } from 'node:fs'
import { GOLDEN_MAILS } from './golden-mails.ts'

// After a change that is meant: `npx node test/backend/mail/golden/write-golden.ts`, then read the difference line by line.
for (const [name, make] of Object.entries(GOLDEN_MAILS)) {
  writeFileSync(new URL(`${name}.eml`, import.meta.url), await make())
}
