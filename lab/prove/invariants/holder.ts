/** An item of DynamoDB, as it stands in a call and in the table. */
export type Attributes = Readonly<Record<string, AttributeOf>>;

interface AttributeOf {
  readonly N?: string;
  readonly S?: string;
  readonly M?: Attributes;
  readonly L?: readonly AttributeOf[];
}

/** Epoch of the ledger, and the execution that holds the operation; null: none does. */
export interface Holder {
  readonly epoch: number;
  readonly owner: string | null;
}

export const holderIn = (item: Attributes): Holder => ({
  epoch: Number(item['epoch']?.N ?? 0),
  owner: item['operation']?.M?.['owner']?.S ?? null,
});
