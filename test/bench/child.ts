import { type ChildProcess, fork } from 'node:child_process'
import path from 'node:path'

/** Starts a file of this folder as a process of its own. */
export function startChild(file: string, ...args: string[]): ChildProcess {
  return fork(path.join(import.meta.dirname, file), args)
}

/** Sends a command and waits for its answer. */
export async function ask<T>(child: ChildProcess, command: object): Promise<T> {
  const answered = answer<T>(child)
  child.send(command)
  return answered
}

/** The next message; rejects when the process ends before. */
export function answer<T>(child: ChildProcess): Promise<T> {
  return new Promise((resolve, reject) => {
    const onExit = () => reject(new Error('a process of the benchmark ended early'))
    child.once('exit', onExit)
    child.once('message', (message) => {
      child.off('exit', onExit)
      resolve(message as T)
    })
  })
}

export function stopChild(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve()
    child.once('exit', () => resolve())
    child.kill()
  })
}
