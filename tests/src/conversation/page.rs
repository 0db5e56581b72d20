//! The pages of conversations.

use std::path::PathBuf;

/// A fence, and the word after it if JSON follows.
const FENCE: &str = "```";
const JSON: &str = "```json";

/// Where the pages are.
pub fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("golden/conversations")
}

/// A part of a page.
pub enum Block {
    /// Lines for people, each with its end.
    Prose(String),
    /// A call, and what it is answered.
    Call {
        /// `Service/Method`, and how it is called.
        method: String,
        /// What is sent, as JSON.
        request: String,
        /// What is answered, as JSON.
        answer: String,
    },
}

/// A page.
pub struct Page {
    /// Its parts, in order.
    pub blocks: Vec<Block>,
}

impl Page {
    /// Reads a page. An answer may be absent, so that one that is new can be written.
    pub fn read(text: &str) -> Self {
        let (mut blocks, mut prose, mut lines) = (Vec::new(), String::new(), text.lines().peekable());
        while let Some(line) = lines.next() {
            let Some(method) = line.strip_prefix(JSON) else {
                prose.push_str(line);
                prose.push('\n');
                continue;
            };
            let inside: Vec<&str> = lines.by_ref().take_while(|line| *line != FENCE).collect();
            let request = inside.join("\n") + "\n";
            // The empty line after a block is written separately.
            while lines.next_if(|line| line.is_empty()).is_some() {}
            if method.is_empty() {
                // The current answer; the received one replaces it.
                continue;
            }
            let before = Block::Prose(std::mem::take(&mut prose));
            let method = method.trim().to_owned();
            blocks.extend([before, Block::Call { method, request, answer: String::new() }]);
        }
        blocks.push(Block::Prose(prose));
        Self { blocks }
    }

    /// The text of the page.
    pub fn written(&self) -> String {
        let written = |block: &Block| match block {
            Block::Prose(lines) => lines.clone(),
            Block::Call { method, request, answer } => {
                format!("{JSON} {method}\n{request}{FENCE}\n\n{JSON}\n{answer}\n{FENCE}\n\n")
            }
        };
        let text: String = self.blocks.iter().map(written).collect();
        format!("{}\n", text.trim_end())
    }
}
