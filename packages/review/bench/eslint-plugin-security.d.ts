/** What is used of it; it brings no types. */
declare module 'eslint-plugin-security' {
  import type { Linter } from 'eslint'

  const plugin: { readonly configs: { readonly recommended: Linter.Config } }
  export default plugin
}
