use lambda_runtime::{service_fn, Error, LambdaEvent};
use rustls::pki_types::{pem::PemObject, CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, Stream};
use std::io::{Read, Write};
use std::sync::{Arc, LazyLock};

/// A client as many are: made when the first request needs it.
static CLIENT: LazyLock<Arc<ClientConfig>> = LazyLock::new(|| {
    let mut roots = RootCertStore::empty();
    let certificate = CertificateDer::from_pem_slice(include_bytes!("../../../tls/cert.pem")).expect("a certificate");
    roots.add(certificate).expect("a root");
    Arc::new(ClientConfig::builder().with_root_certificates(roots).with_no_client_auth())
});

#[inline(never)]
fn ask_upstream(peer: &str) -> String {
    let name = ServerName::try_from("localhost").expect("a name");
    let mut connection = ClientConnection::new(CLIENT.clone(), name).expect("a client");
    let mut socket = std::net::TcpStream::connect(peer).expect("connect");
    let mut stream = Stream::new(&mut connection, &mut socket);
    stream.write_all(b"hello\n").expect("write");
    let mut answer = [0u8; 5];
    stream.read_exact(&mut answer).expect("read");
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    lambda_runtime::run(service_fn(|_: LambdaEvent<serde_json::Value>| async {
        let peer = std::env::var("PEER")?;
        Ok::<_, Error>(if cfg!(feature = "planted") { ask_upstream(&peer) } else { peer })
    }))
    .await
}
