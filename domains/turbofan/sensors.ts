/** One value of a C-MAPSS line. */
export interface Sensor {
  /** The name in the literature on the data set: `s2` is sensor 2. */
  readonly name: string;
  /** NASA's symbol, what it measures, and the unit of the file. */
  readonly doc: string;
  /** Bounds of what is physically possible, in the unit of the file; wide enough for FD001 to FD004. */
  readonly minimum: number;
  readonly maximum: number;
}

const sensor = (name: string, doc: string, maximum: number, minimum = 0): Sensor => ({ name, doc, minimum, maximum });

/** The operating settings, columns 3 to 5 of a line. */
export const settings: readonly Sensor[] = [
  sensor('setting1', 'Altitude, in thousands of feet, with the noise of the simulation around it.', 60, -1),
  sensor('setting2', 'Mach number, with the noise of the simulation around it.', 1, -0.1),
  sensor('setting3', 'Throttle resolver angle, in degrees.', 120),
];

/**
 * The sensors, columns 6 to 26 of a line. Their values are kept as the file has them, in its customary units, so that every value
 * in the lake equals the file's; that is why the fields carry no unit to convert from.
 *
 * @see Saxena et al., "Damage propagation modeling for aircraft engine run-to-failure simulation", PHM 2008, table 2
 */
export const sensors: readonly Sensor[] = [
  sensor('s1', 'T2: total temperature at the fan inlet, in degrees Rankine.', 2000),
  sensor('s2', 'T24: total temperature at the outlet of the low-pressure compressor, in degrees Rankine.', 2000),
  sensor('s3', 'T30: total temperature at the outlet of the high-pressure compressor, in degrees Rankine.', 4000),
  sensor('s4', 'T50: total temperature at the outlet of the low-pressure turbine, in degrees Rankine.', 4000),
  sensor('s5', 'P2: pressure at the fan inlet, in psia.', 100),
  sensor('s6', 'P15: total pressure in the bypass duct, in psia.', 100),
  sensor('s7', 'P30: total pressure at the outlet of the high-pressure compressor, in psia.', 2000),
  sensor('s8', 'Nf: physical speed of the fan, in rpm.', 10_000),
  sensor('s9', 'Nc: physical speed of the core, in rpm.', 30_000),
  sensor('s10', 'epr: engine pressure ratio (P50/P2).', 10),
  sensor('s11', 'Ps30: static pressure at the outlet of the high-pressure compressor, in psia.', 500),
  sensor('s12', 'phi: ratio of fuel flow to Ps30, in pps/psi.', 2000),
  sensor('s13', 'NRf: corrected speed of the fan, in rpm.', 10_000),
  sensor('s14', 'NRc: corrected speed of the core, in rpm.', 30_000),
  sensor('s15', 'BPR: bypass ratio.', 50),
  sensor('s16', 'farB: fuel-air ratio of the burner.', 1),
  sensor('s17', 'htBleed: bleed enthalpy.', 2000),
  sensor('s18', 'Nf_dmd: demanded speed of the fan, in rpm.', 10_000),
  sensor('s19', 'PCNfR_dmd: demanded corrected speed of the fan, in percent.', 200),
  sensor('s20', 'W31: coolant bleed of the high-pressure turbine, in lbm/s.', 500),
  sensor('s21', 'W32: coolant bleed of the low-pressure turbine, in lbm/s.', 500),
];

/** The sensors that features are made of. The others do not move in FD001: s1, s5, s6, s10, s16, s18, s19. */
export const featureSensors: readonly string[] = sensors
  .map(({ name }) => name)
  .filter((name) => !['s1', 's5', 's6', 's10', 's16', 's18', 's19'].includes(name));
