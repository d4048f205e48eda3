import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { buildExtensions } from '../../scripts/build-extensions.ts'

const outDir = mkdtempSync(join(tmpdir(), 'stagecue-extensions-'))
afterAll(() => rmSync(outDir, { recursive: true, force: true }))

test('HubSpot’s build makes one bundle per extension, listed for whoever shows them, and only once', async () => {
  const built = await buildExtensions({ outDir })
  expect(built).toEqual([
    {
      uid: 'stagecue_deal_card',
      type: 'card',
      title: 'Stagecue sequences',
      location: 'crm.record.sidebar',
      file: 'DealCard.js',
    },
    { uid: 'stagecue_settings', type: 'settings', title: 'Stagecue settings', file: 'SettingsPage.js' },
  ])
  expect(readdirSync(outDir).sort()).toEqual(['DealCard.js', 'SettingsPage.js', 'manifest.json', 'sources.sha256'])
  expect(JSON.parse(readFileSync(join(outDir, 'manifest.json'), 'utf8'))).toEqual(built)

  const madeAt = () => ['DealCard.js', 'SettingsPage.js'].map((file) => statSync(join(outDir, file)).mtimeMs)
  const before = madeAt()
  expect(await buildExtensions({ outDir })).toEqual(built)
  expect(madeAt()).toEqual(before)

  rmSync(join(outDir, 'DealCard.js'))
  await buildExtensions({ outDir })
  expect(readdirSync(outDir)).toContain('DealCard.js')
})
