//! One call: its deadline, its attempts, and the delays between them.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use tonic::{Request, Response, Status};

use crate::{
    ClientError,
    error::from_status,
    retry::{RetryPolicy, jitter},
};

/// What all calls of a client share.
#[derive(Debug)]
pub(crate) struct Caller {
    pub(crate) endpoint: String,
    pub(crate) deadline: Duration,
    pub(crate) policy: RetryPolicy,
    /// Where the client's sequence of jitters begins; another for each client, so that clients do not keep step.
    pub(crate) seed: u64,
    pub(crate) waits: AtomicU64,
}

impl Caller {
    /// Sends `message` through `send` until there is an answer or the policy gives up.
    pub(crate) async fn call<M: Clone, A>(
        &self,
        message: M,
        send: impl AsyncFn(Request<M>) -> Result<Response<A>, Status>,
    ) -> Result<A, ClientError> {
        self.again(async || self.attempt(message.clone(), &send).await).await
    }

    /// Makes attempts until one succeeds or the policy gives up.
    pub(crate) async fn again<A>(
        &self,
        mut attempt: impl AsyncFnMut() -> Result<A, ClientError>,
    ) -> Result<A, ClientError> {
        let mut tried = 0;
        loop {
            let error = match attempt().await {
                Ok(answer) => return Ok(answer),
                Err(error) => error,
            };
            tried += 1;
            self.pause(tried, error).await?;
        }
    }

    /// Waits before the try after the failed try number `tried`, unless the policy gives up with its error.
    pub(crate) async fn pause(&self, tried: u32, error: ClientError) -> Result<(), ClientError> {
        let index = self.waits.fetch_add(1, Ordering::Relaxed);
        let Some(wait) = self.policy.wait(tried, &error, jitter(self.seed, index)) else {
            return Err(error);
        };
        tokio::time::sleep(wait).await;
        Ok(())
    }

    /// Sends `message` once.
    pub(crate) async fn attempt<M, A>(
        &self,
        message: M,
        send: &impl AsyncFn(Request<M>) -> Result<Response<A>, Status>,
    ) -> Result<A, ClientError> {
        let mut request = Request::new(message);
        request.set_timeout(self.deadline);
        self.in_time(send(request)).await.map(Response::into_inner)
    }

    /// What comes within the deadline.
    pub(crate) async fn in_time<A>(
        &self,
        answer: impl Future<Output = Result<A, Status>>,
    ) -> Result<A, ClientError> {
        match tokio::time::timeout(self.deadline, answer).await {
            Ok(answer) => answer.map_err(|s| from_status(s, &self.endpoint, self.deadline)),
            Err(_) => Err(ClientError::Deadline { endpoint: self.endpoint.clone(), deadline: self.deadline }),
        }
    }
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "what a server might answer is made here")]
mod tests {
    use std::cell::Cell;

    use tokio::time::Instant;
    use tonic::Code;

    use super::*;
    use crate::Backoff;

    fn caller(retries_max: u32) -> Caller {
        Caller {
            endpoint: "http://server".into(),
            deadline: Duration::from_secs(5),
            policy: RetryPolicy {
                retries_max,
                backoff: Backoff { first: Duration::from_millis(100), wait_max: Duration::from_secs(10) },
            },
            seed: 1,
            waits: AtomicU64::new(0),
        }
    }

    #[tokio::test(start_paused = true)]
    async fn tries_again_until_there_is_an_answer() {
        let (tries, start) = (Cell::new(0), Instant::now());
        let answer = caller(4)
            .call("same", async |request: Request<&str>| {
                assert_eq!(request.get_ref(), &"same");
                assert_eq!(request.metadata().get("grpc-timeout").unwrap(), "5000000u");
                tries.set(tries.get() + 1);
                if tries.get() < 3 { Err(Status::unavailable("not yet")) } else { Ok(Response::new(7)) }
            })
            .await;
        assert_eq!((answer.unwrap(), tries.get()), (7, 3));
        let waited = start.elapsed().as_millis();
        assert!((150..=302).contains(&waited), "{waited} ms for 100 and 200 ms with jitter");
    }

    #[tokio::test(start_paused = true)]
    async fn gives_up_after_the_last_try_with_its_error() {
        let tries = Cell::new(0);
        let answer = caller(2)
            .call((), async |_| {
                tries.set(tries.get() + 1);
                Err::<Response<()>, _>(Status::unavailable(format!("try {}", tries.get())))
            })
            .await;
        assert_eq!(tries.get(), 3);
        assert_eq!(answer.unwrap_err().to_string(), "try 3");
    }

    #[tokio::test(start_paused = true)]
    async fn never_tries_a_refused_request_again() {
        let tries = Cell::new(0);
        let answer = caller(4)
            .call((), async |_| {
                tries.set(tries.get() + 1);
                Err::<Response<()>, _>(Status::invalid_argument("no"))
            })
            .await;
        assert_eq!(tries.get(), 1);
        assert_eq!(answer.unwrap_err().refusal().map(|refusal| refusal.code), Some(Code::InvalidArgument));
    }

    #[tokio::test(start_paused = true)]
    async fn a_call_without_answer_ends_at_its_deadline() {
        let start = Instant::now();
        let answer =
            caller(4).call((), async |_| std::future::pending::<Result<Response<()>, _>>().await).await;
        assert!(matches!(answer, Err(ClientError::Deadline { .. })), "{answer:?}");
        assert_eq!(start.elapsed().as_secs(), 5);
    }
}
