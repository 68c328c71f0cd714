// Types of ./preact.js, as far as the screens use it.
export type Child = VNode | string | number | boolean | null | undefined | Child[];
export interface VNode {
  type: unknown;
  props: Record<string, unknown>;
  key: unknown;
}
export interface Ref<T> {
  current: T;
}
export interface Signal<T> {
  value: T;
  peek(): T;
}
export interface ReadonlySignal<T> {
  readonly value: T;
  peek(): T;
}
export class Component<P = object, S = object> {
  constructor(props: P);
  props: P;
  state: S;
  setState(change: Partial<S>): void;
  componentDidCatch?(error: unknown): void;
  render(props: P, state: S): Child;
}
export function h(type: unknown, props?: object | null, ...children: Child[]): VNode;
export const Fragment: (props: { children?: Child }) => Child;
export function html(strings: TemplateStringsArray, ...values: unknown[]): VNode;
export function render(tree: Child, parent: Element): void;
export function useState<T>(initial: T | (() => T)): [T, (next: T | ((before: T) => T)) => void];
export function useRef<T>(initial: T): Ref<T>;
export function useEffect(run: () => void | (() => void), inputs?: readonly unknown[]): void;
export function useLayoutEffect(run: () => void | (() => void), inputs?: readonly unknown[]): void;
export function signal<T>(initial: T): Signal<T>;
export function computed<T>(derive: () => T): ReadonlySignal<T>;
export function effect(run: () => void | (() => void)): () => void;
export function batch<T>(run: () => T): T;
