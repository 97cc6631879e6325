export interface ApiAnswer {
  readonly code: number;
  /** An object is sent as JSON, a text as it is. */
  readonly body: unknown;
}

export interface Asked {
  readonly group: string;
  readonly version: string;
  /** Null: what is asked belongs to none. */
  readonly namespace: string | null;
  /** With its subresource: `pods/log`. */
  readonly resource: string;
  readonly name: string | null;
  readonly verb: string;
}
