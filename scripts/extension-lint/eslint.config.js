// HubSpot's rules for UI extensions, as `hs project lint` applies them. Style is Biome's business.
import { config as uiExtensions } from '@hubspot/eslint-config-ui-extensions'
import { defineConfig } from 'eslint/config'
import tseslint from 'typescript-eslint'

export default defineConfig([
  { ignores: ['**/node_modules/**'] },
  tseslint.configs.base,
  ...uiExtensions,
  { files: ['**/*.{ts,tsx}'], rules: { '@hubspot/ui-extensions/no-console': 'error' } },
])
