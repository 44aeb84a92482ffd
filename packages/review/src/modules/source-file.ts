/** A file to be read, as it is handed to the analysis. */
export interface SourceFile {
  /** Relative to the root of the review, with `/`. */
  readonly path: string
  readonly absolutePath: string
  readonly text: string
}
