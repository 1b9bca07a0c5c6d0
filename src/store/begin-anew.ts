/**
 * What changes of an incident `i` whose walk begins anew: what it knew is forgotten, what it cost is not. An operator of json
 * refuses a state that holds \u0000 anywhere, as one of an older build may.
 */
export const beginsAnew = `cause_key = null, state = null, begin_anew = true, status = 'investigating',
  former_cost = coalesce(case when position('\\u0000' in i.state::text) = 0 then i.state -> 'cost' end, i.former_cost)`;

/** Where its parent, `r.parent`, holds it from now on that one walks; where it has none there is a signal for it. */
export const heldFromNow = `parent_id = r.parent, held = r.parent is not null, victims = '{}',
  counter = counter + case when r.parent is null then 1 else 0 end`;
