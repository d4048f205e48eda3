import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'

export interface DemoSecrets {
  readonly clientSecret: string
  readonly tokenKey: string
}

/** The demo's own secrets, made at its first start and kept beside its data: sealed tokens must open again. */
export function readSecrets(dataDir: string): DemoSecrets {
  const file = path.join(dataDir, 'demo-secrets.json')
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8'))
  mkdirSync(dataDir, { recursive: true })
  const secrets = {
    clientSecret: randomBytes(24).toString('base64url'),
    tokenKey: randomBytes(32).toString('base64url'),
  }
  writeFileSync(file, JSON.stringify(secrets), { mode: 0o600 })
  return secrets
}
