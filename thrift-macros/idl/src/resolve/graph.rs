//! Strongly connected components: they give the cycles, and an order in which things can be resolved.

/// The components of a graph, which is given by the successors of each node; successors come first.
/// The nodes of a component are in ascending order. (This is Tarjan's algorithm, without recursion, so
/// that a long chain does not overflow the stack.)
pub(super) fn components(edges: &[Vec<usize>]) -> Vec<Vec<usize>> {
    const UNSEEN: usize = usize::MAX;
    let mut index = vec![UNSEEN; edges.len()];
    let mut low = vec![0; edges.len()];
    let mut on_stack = vec![false; edges.len()];
    let mut stack = Vec::new();
    let mut components = Vec::new();
    let mut counter = 0;
    for root in 0..edges.len() {
        if index[root] != UNSEEN {
            continue;
        }
        let mut path = vec![(root, 0)];
        while let Some((node, next)) = path.last_mut() {
            let node = *node;
            if index[node] == UNSEEN {
                index[node] = counter;
                low[node] = counter;
                counter += 1;
                stack.push(node);
                on_stack[node] = true;
            }
            if let Some(&to) = edges[node].get(*next) {
                *next += 1;
                if index[to] == UNSEEN {
                    path.push((to, 0));
                } else if on_stack[to] {
                    low[node] = low[node].min(index[to]);
                }
                continue;
            }
            path.pop();
            if let Some(&(parent, _)) = path.last() {
                low[parent] = low[parent].min(low[node]);
            }
            if low[node] == index[node] {
                let mut component = Vec::new();
                while let Some(member) = stack.pop() {
                    on_stack[member] = false;
                    component.push(member);
                    if member == node {
                        break;
                    }
                }
                component.sort_unstable();
                components.push(component);
            }
        }
    }
    components
}

/// Whether a component is a cycle, rather than a single node.
pub(super) fn is_cycle(component: &[usize], edges: &[Vec<usize>]) -> bool {
    match component {
        [node] => edges[*node].contains(node),
        _ => true,
    }
}

/// The components that are cycles.
pub(super) fn cycles(edges: &[Vec<usize>]) -> Vec<Vec<usize>> {
    let mut components = components(edges);
    components.retain(|component| is_cycle(component, edges));
    components.sort_unstable();
    components
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn successors_come_first_and_cycles_are_found() {
        let edges = [vec![1], vec![2], vec![1, 3], vec![], vec![4]];
        assert_eq!(components(&edges), [vec![3], vec![1, 2], vec![0], vec![4]]);
        assert_eq!(cycles(&edges), [vec![1, 2], vec![4]]);
    }

    #[test]
    fn a_long_chain_takes_no_stack() {
        let edges: Vec<Vec<usize>> = (0..200_000).map(|node| vec![(node + 1) % 200_000]).collect();
        assert_eq!(cycles(&edges).len(), 1);
    }
}
