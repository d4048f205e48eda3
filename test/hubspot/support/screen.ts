import { Button, LoadingButton } from '@hubspot/ui-extensions'
import type { createRenderer, RenderedChildNode } from '@hubspot/ui-extensions/testing'

type AnyRenderer = Pick<ReturnType<typeof createRenderer>, 'find' | 'findAll' | 'getRootNode'>

/** Finds buttons as a person does: by what they say. Those in closed dialogs are found too. */
export function buttonsOf({ findAll }: AnyRenderer) {
  const all = (label: string) => [
    ...findAll(Button, (node) => wordsOf(node) === label),
    ...findAll(LoadingButton, (node) => wordsOf(node) === label),
  ]
  const button = (label: string) => {
    const [first] = all(label)
    if (first === undefined) throw new Error(`There is no button "${label}".`)
    return first
  }
  return { button, buttons: all, hasButton: (label: string) => all(label).length > 0 }
}

/** All that is rendered, overlays included, as readable text. */
export function screenOf({ getRootNode }: AnyRenderer): string {
  return getRootNode().toString()
}

/** All words inside a node, in their order (a node's own `text` is null as soon as it holds an element). */
export function wordsOf(node: { childNodes: readonly RenderedChildNode[] }): string {
  return node.childNodes
    .map((child) => ('childNodes' in child ? wordsOf(child) : child.text))
    .filter((text) => text !== '')
    .join(' ')
}
