/** What browsers tell of power and line, where they do. */
export interface SparingNavigator {
  readonly onLine?: boolean;
  readonly connection?: { readonly saveData?: boolean; readonly type?: string };
  getBattery?(): Promise<{ readonly charging: boolean }>;
}

/**
 * Whether this device has power and bytes to spare for learning: it charges, its line is not metered, and
 * the shopper has not asked to save data. What a browser does not tell is taken to be so.
 */
export async function hasSparePower(device: SparingNavigator): Promise<boolean> {
  const { connection } = device;
  if (connection?.saveData || connection?.type === 'cellular') return false;
  return (await device.getBattery?.().catch(() => undefined))?.charging ?? true; // a policy may forbid the question
}
