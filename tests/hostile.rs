//! The entry of the fuzz target over mutations of its seeds, always the same ones: no input makes the analyser panic.

#[path = "../fuzz/entry.rs"]
mod entry;

/// How many mutants are tried.
const MUTANTS: usize = 1_000;
/// The stack a backend trusts in; frames are larger without optimization.
const STACK: usize = if cfg!(debug_assertions) {
    64 << 20
} else {
    2 << 20
};

/// A small generator of pseudo-random numbers (xorshift): the run is to be the same everywhere.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % end.max(1) as u64).expect("a small number")
    }
}

fn seeds() -> Vec<String> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/fuzz/seeds");
    let mut paths: Vec<_> = std::fs::read_dir(folder)
        .expect("the seeds")
        .map(|entry| entry.expect("a seed").path())
        .collect();
    paths.sort();
    let read = |path| std::fs::read_to_string(path).expect("a text");
    paths.into_iter().map(read).collect()
}

/// Words, numbers and runs of spaces; every other character alone.
fn tokens(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let class = |c: char| (c.is_alphanumeric() || c == '_', c.is_whitespace());
        let alone = class(first) == (false, false);
        let end = match rest.find(|c| class(c) != class(first)) {
            _ if alone => first.len_utf8(),
            Some(end) => end,
            None => rest.len(),
        };
        let (token, after) = rest.split_at(end);
        found.push(token);
        rest = after;
    }
    found
}

/// A seed with a few ranges of tokens deleted, doubled, repeated, or replaced by some of another seed.
fn mutant(random: &mut Random, seeds: &[String]) -> String {
    let mut current = tokens(&seeds[random.below(seeds.len())]);
    let other = tokens(&seeds[random.below(seeds.len())]);
    for _ in 0..=random.below(3) {
        let from = random.below(current.len());
        let to = (from + 1 + random.below(12)).min(current.len());
        let start = random.below(other.len());
        let end = (start + 1 + random.below(20)).min(other.len());
        match random.below(5) {
            0 => drop(current.drain(from..to)),
            1 => {
                let doubled = current[from..to].to_vec();
                current.splice(from..from, doubled);
            }
            2 => {
                let repeated = current[from..to].repeat(1 + random.below(200));
                current.splice(from..to, repeated);
            }
            3 => drop(current.splice(from..to, other[start..end].iter().copied())),
            _ => drop(current.splice(from..from, other[start..end].iter().copied())),
        }
    }
    current.concat()
}

/// Runs on a thread with that stack.
fn on_a_stack(run: impl FnOnce() + Send + 'static) {
    let thread = std::thread::Builder::new().stack_size(STACK).spawn(run);
    thread.expect("a thread").join().expect("no panic");
}

#[test]
fn mutants_of_the_seeds_are_survived() {
    on_a_stack(|| {
        let seeds = seeds();
        for seed in &seeds {
            entry::run(seed.as_bytes());
        }
        let mut random = Random(0x7456);
        for _ in 0..MUTANTS {
            let mut text = mutant(&mut random, &seeds);
            if random.below(4) == 0 {
                text = text + "\n;\n" + &mutant(&mut random, &seeds);
            }
            entry::run(text.as_bytes());
        }
    });
}

#[test]
fn bytes_that_are_no_text_are_survived() {
    on_a_stack(|| {
        let mut random = Random(1);
        for seed in seeds() {
            let mut bytes = seed.into_bytes();
            for _ in 0..8 {
                let at = random.below(bytes.len());
                bytes[at] = u8::try_from(random.below(256)).expect("a byte");
            }
            entry::run(&bytes);
        }
    });
}

#[test]
fn deep_and_long_queries_are_survived() {
    let deep = |times: usize| {
        vec![
            format!(
                "SELECT u.id FROM public.u WHERE {}true{}",
                "(".repeat(times),
                ")".repeat(times)
            ),
            format!(
                "SELECT u.id FROM public.u WHERE u.id IN ({}1)",
                "1, ".repeat(times)
            ),
            format!(
                "SELECT u.id FROM public.u WHERE {}",
                vec!["(u.id = 1)"; times].join(" OR ")
            ),
            format!(
                "SELECT u.id FROM public.u WHERE {}true{}",
                "EXISTS ( SELECT 1 FROM public.p WHERE ".repeat(times),
                ")".repeat(times)
            ),
            format!(
                "SELECT u.id FROM {}public.u{}",
                "( SELECT u.id FROM ".repeat(times),
                ") u".repeat(times)
            ),
            format!(
                "SELECT u.id, {}u.n{} FROM public.u",
                "COALESCE(".repeat(times),
                ", 1)".repeat(times)
            ),
            format!("SELECT u.id{} FROM public.u", ", u.n".repeat(times)),
            format!(
                "SELECT u.id FROM {}",
                (0..times)
                    .map(|n| format!("public.u u{n}"))
                    .collect::<Vec<_>>()
                    .join(", ")
            ),
            format!(
                "SELECT u.id FROM public.u{}",
                " JOIN public.p USING (id)".repeat(times)
            ),
            format!(
                "SELECT u.id, CASE{} END FROM public.u",
                " WHEN u.n = 1 THEN 2".repeat(times)
            ),
            format!(
                "SELECT u.id, count(*) FROM public.u GROUP BY GROUPING SETS ({}u.id)",
                "(u.id), ".repeat(times)
            ),
            format!(
                "SELECT u.id, {} FROM public.u",
                vec!["count(*) OVER (PARTITION BY u.n)"; times].join(", ")
            ),
            format!(
                "SELECT v.id FROM ( VALUES {}(1)) v(id)",
                "(1), ".repeat(times)
            ),
        ]
    };
    on_a_stack(move || {
        for times in [10, 100, 1_000, 10_000] {
            for text in deep(times) {
                entry::run(text.as_bytes());
            }
        }
    });
}
