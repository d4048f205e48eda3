import { chownSync, closeSync, existsSync, fsyncSync, mkdirSync, openSync, readdirSync, writeFileSync } from 'node:fs'
import { readdir, rename, rm } from 'node:fs/promises'
import path from 'node:path'
import { AppError } from '#core/errors.ts'
import type { Secrets } from '#core/ids.ts'
import { isAlive } from './is-alive.ts'
import { type Binaries, runBinary } from './run-binary.ts'

/** The superuser of the bundled server; Stagecue and its tools connect as this one. */
export const SUPERUSER = 'stagecue'

/** Temporary folders this process works on: its own pid says that it is alive, not that the folder is in use. */
const inProgress = new Set<string>()

/**
 * Makes `<dir>/cluster` with the data directory and the password that belongs to it, all or nothing: both are made in
 * a temporary folder, synced, and renamed. Two processes may do this at once: the rename of the second fails and it
 * uses the first one's. Does nothing when the cluster exists. `durable` false leaves out the syncing, for tests.
 * Throws an `Error` with what initdb said, or a file error; explain-failure.ts makes a sentence of both.
 */
export async function initializeData(
  binaries: Binaries,
  dir: string,
  secrets: Secrets,
  durable: boolean,
): Promise<void> {
  await removeAbandoned(dir)
  const cluster = path.join(dir, 'cluster')
  if (isFilled(cluster)) return checkComplete(cluster)
  const name = `cluster.init-${process.pid}-${secrets(6).toString('hex')}`
  inProgress.add(name)
  try {
    await fillCluster(binaries, path.join(dir, name), secrets, durable)
    await publish(path.join(dir, name), cluster, durable)
  } finally {
    await rm(path.join(dir, name), { recursive: true, force: true })
    inProgress.delete(name)
  }
}

async function fillCluster(binaries: Binaries, folder: string, secrets: Secrets, durable: boolean): Promise<void> {
  const passwordFile = path.join(folder, 'password')
  mkdirSync(folder, { mode: 0o700 })
  writeFileSync(passwordFile, secrets(24).toString('base64url'), { mode: 0o600, flush: durable })
  if (binaries.user !== undefined) {
    for (const owned of [folder, passwordFile]) chownSync(owned, binaries.user.uid, binaries.user.gid)
  }
  const dataDir = path.join(folder, 'data')
  const flags = ['-D', dataDir, '-U', SUPERUSER, `--pwfile=${passwordFile}`, '-A', 'scram-sha-256', '-E', 'UTF8']
  const sync = durable ? [] : ['--no-sync']
  const result = await runBinary(binaries, 'initdb', [...flags, '--locale=C', '--no-instructions', ...sync], folder)
  if (result.code !== 0) throw new Error(`initdb: ${result.code}\n${result.stderr}`)
}

async function publish(folder: string, cluster: string, durable: boolean): Promise<void> {
  if (durable) syncFolder(folder)
  try {
    await rename(folder, cluster)
  } catch (error) {
    if (!isFilled(cluster)) throw error
  }
  // Without this a power cut could forget the rename and with it everything that was committed since.
  if (durable) syncFolder(path.dirname(cluster))
}

/** Folders of processes that were killed during initdb. What cannot be removed now is tried again at the next start. */
async function removeAbandoned(dir: string): Promise<void> {
  for (const name of await readdir(dir)) {
    const pid = Number(/^cluster\.init-(\d+)-/.exec(name)?.[1] ?? Number.NaN)
    const abandoned = pid === process.pid ? !inProgress.has(name) : !Number.isNaN(pid) && !isAlive(pid)
    if (abandoned) await rm(path.join(dir, name), { recursive: true, force: true, maxRetries: 5 }).catch(() => {})
  }
}

function isFilled(cluster: string): boolean {
  return existsSync(cluster) && readdirSync(cluster).length > 0
}

function checkComplete(cluster: string): void {
  for (const part of ['password', 'data/PG_VERSION', 'data/global/pg_control']) {
    if (existsSync(path.join(cluster, part))) continue
    throw new AppError(
      'misconfigured',
      `The database in ${cluster} is damaged or not readable: ${part} is missing. Restore the folder from a backup, ` +
        'or move it away to start with an empty database.',
    )
  }
}

function syncFolder(folder: string): void {
  if (process.platform === 'win32') return // Windows cannot open folders; NTFS logs the rename itself.
  const descriptor = openSync(folder, 'r')
  fsyncSync(descriptor)
  closeSync(descriptor)
}
