import { type Static, Type } from 'typebox'
import { SetPlaceStep, SetPropertyStep, TaskStep } from './step-acts.ts'
import { BranchStep, ExitStep, GoToStep } from './step-branch.ts'
import { EmailStep } from './step-email.ts'
import { WaitStep } from './step-wait.ts'
import { WaitForStep } from './step-wait-for.ts'

/** One step of a sequence: the one place where all kinds are listed. */
export const Step = Type.Union([
  EmailStep,
  ...WaitStep.anyOf,
  BranchStep,
  ...WaitForStep.anyOf,
  GoToStep,
  ExitStep,
  TaskStep,
  SetPropertyStep,
  SetPlaceStep,
])
export type Step = Static<typeof Step>

/** A step without its texts. */
export type StepOutline =
  | Omit<EmailStep, 'body' | 'variants'>
  | Omit<TaskStep, 'body'>
  | Exclude<Step, EmailStep | TaskStep>
