// Wall-clock times of the installation ↔ moments. Pure.
//
// The browser may stand in another time zone than the homes: the page says which is theirs.

/** How far the clocks of a zone are ahead of UTC at a moment, in milliseconds. */
function ahead(zone, at) {
  const shown = new Intl.DateTimeFormat("en-CA", {
    timeZone: zone, hourCycle: "h23", year: "numeric", month: "2-digit", day: "2-digit",
    hour: "2-digit", minute: "2-digit", second: "2-digit",
  }).formatToParts(at);
  const part = Object.fromEntries(shown.map(({ type, value }) => [type, Number(value)]));
  return Date.UTC(part.year, part.month - 1, part.day, part.hour, part.minute, part.second) - Math.floor(at / 1000) * 1000;
}

/** "2026-11-22T07:00" on the clocks of a zone as an ISO text in UTC. A time the clocks leave out
 * is taken as the moment they jump by. null: not a time. */
export function momentOf(wall, zone) {
  const asUtc = Date.parse(`${wall.length === 16 ? `${wall}:00` : wall}Z`);
  if (Number.isNaN(asUtc)) return null;
  const first = asUtc - ahead(zone, asUtc);
  return new Date(asUtc - ahead(zone, first)).toISOString();
}
