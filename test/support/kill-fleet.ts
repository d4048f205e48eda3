import { systemSleep } from '#core/clock.ts'
import { type AppProcess, spawnApp, whenReady } from './app-process.ts'
import { lastingPort } from './lasting-port.ts'

export interface FleetCounts {
  kills: number
  webKills: number
  /** Kills of a process that was still starting. */
  earlyKills: number
  restarts: number
}

/** One web process and two workers on one database, killed and restarted again and again. */
export interface Fleet {
  readonly counts: FleetCounts
  /** What must not happen: a process that ended by itself. */
  readonly faults: readonly string[]
  /**
   * Starts killing, in storms: between two of them `progress` has to grow by `work`, so that a storm hits processes at
   * work, however slow the machine is to start them. `stop` ends it and waits until all three are ready.
   */
  startKilling(progress: () => number, work: number): { stop(): Promise<void> }
  /** What the processes logged as errors, each message once, with how often. */
  errors(): Map<string, number>
  /** Ends all, politely. */
  end(): Promise<void>
}

interface Member {
  readonly name: string
  readonly env: Readonly<Record<string, string>>
  readonly url: string
  process: AppProcess
  ready: boolean
  ending: boolean
}

export interface FleetOptions {
  /** The settings of the app; ROLE and, for workers, PORT are set here. */
  readonly env: Readonly<Record<string, string>>
  readonly entry: string
  readonly random: () => number
  readonly pauseMs: readonly [number, number]
  /** Kills in a row before the processes get to do something. */
  readonly storm: number
}

interface Run extends FleetOptions {
  readonly members: Member[]
  readonly counts: FleetCounts
  readonly faults: string[]
  readonly errors: Map<string, number>
  /** Ends the killing, and with it the restarting. */
  readonly ending: AbortController
  killing: Promise<void>
}

/** Of a hundred kills this many hit a process that may still be starting; the others one that works. */
const EARLY_PERCENT = 6
/** Longer than a lease: what the dead ones held comes back meanwhile. */
const MOST_CALM = 200
const CALM_PAUSE_MS = 100

/** Starts the three and waits until they are ready. */
export async function startFleet(options: FleetOptions): Promise<Fleet> {
  const counts: FleetCounts = { kills: 0, webKills: 0, earlyKills: 0, restarts: 0 }
  const run: Run = {
    ...options,
    members: [],
    counts,
    faults: [],
    errors: new Map(),
    ending: new AbortController(),
    killing: Promise.resolve(),
  }
  const end = async () => {
    run.ending.abort()
    await run.killing
    for (const member of run.members) {
      member.ending = true
      member.process.kill('SIGTERM')
      await member.process.ended
      collectErrors(run, member)
    }
  }
  try {
    // The first one prepares the database for the others.
    await addMember(run, 'web', { ...options.env, ROLE: 'web' })
    for (const name of ['worker 1', 'worker 2']) {
      await addMember(run, name, { ...options.env, ROLE: 'worker', PORT: String(await lastingPort()) })
    }
  } catch (error) {
    await end()
    throw error
  }
  return {
    counts,
    faults: run.faults,
    errors: () => run.errors,
    startKilling: (progress, work) => startKilling(run, () => calm(run, progress, work)),
    end,
  }
}

async function addMember(run: Run, name: string, env: Readonly<Record<string, string>>): Promise<void> {
  const url = `http://127.0.0.1:${env.PORT}`
  const member: Member = { name, env, url, process: spawnApp(env, run.entry), ready: false, ending: false }
  run.members.push(member)
  watch(run, member)
  await whenReady(member.process, url)
}

/** Notes when it gets ready, and that it ended although nobody killed it. */
function watch(run: Run, member: Member): void {
  const { process: current } = member
  member.ready = false
  whenReady(current, member.url).then(
    () => {
      if (member.process === current) member.ready = true
    },
    // Killed while starting; ending by itself is seen below.
    () => {},
  )
  void current.ended.then((code) => {
    if (member.ending || member.process !== current) return
    run.faults.push(`${member.name} ended by itself with ${code}: ${current.output().slice(-2_000)}`)
  })
}

/** Waits for work to be done between two storms; not for ever, as the last of it may be done. */
async function calm(run: Run, progress: () => number, work: number): Promise<void> {
  const before = progress()
  for (let pause = 0; pause < MOST_CALM && progress() < before + work; pause++) {
    if (run.ending.signal.aborted || run.faults.length > 0) return
    await systemSleep(CALM_PAUSE_MS)
  }
}

function startKilling(run: Run, rest: () => Promise<void>): { stop(): Promise<void> } {
  const stopping = new AbortController()
  const killing = kill(run, rest, AbortSignal.any([stopping.signal, run.ending.signal]))
  run.killing = killing
  return {
    async stop() {
      stopping.abort()
      await killing
      for (const member of run.members) await whenReady(member.process, member.url)
    },
  }
}

async function kill(run: Run, rest: () => Promise<void>, signal: AbortSignal): Promise<void> {
  const { random, counts } = run
  const [least, most] = run.pauseMs
  while (!signal.aborted) {
    await systemSleep(least + random() * (most - least), signal)
    if (signal.aborted) return
    const early = random() * 100 < EARLY_PERCENT
    const choice = random()
    const able = run.members.filter((member) => member.process.running() && (early || member.ready))
    const victim = able[Math.floor(choice * able.length)]
    // All three are starting on a busy machine: killing only those would prove nothing.
    if (!victim) continue
    counts.kills++
    if (victim.name === 'web') counts.webKills++
    if (!victim.ready) counts.earlyKills++
    await replace(run, victim)
    if (counts.kills % run.storm === 0) await rest()
  }
}

async function replace(run: Run, member: Member): Promise<void> {
  member.ending = true
  member.process.kill('SIGKILL')
  await member.process.ended
  collectErrors(run, member)
  member.ending = false
  member.process = spawnApp(member.env, run.entry)
  run.counts.restarts++
  watch(run, member)
}

/** Errors the processes logged, by message: for the report and for whoever looks into a failure. */
function collectErrors(run: Run, member: Member): void {
  for (const line of member.process.output().split('\n')) {
    if (!line.startsWith('{') || !line.endsWith('}')) continue
    const entry = JSON.parse(line)
    if (entry.level < 50) continue
    const message = [entry.msg, entry.task, entry.err?.message].filter(Boolean).join(': ')
    run.errors.set(message, (run.errors.get(message) ?? 0) + 1)
  }
}
