// The writer of ISO 20022 pain.001.001.09, customer credit transfer initiation.
//
// One PmtInf a file. NbOfTxs and CtrlSum always. Accounts stand in Othr/Id, banks with their CNAPS number in
// ClrSysMmbId. UTF-8 without a byte order mark, LF, one line a transfer, elements in the standard's order.
// Source: pain.001.001.09 of the 2019 set; code CNAPS of ExternalClearingSystemIdentification1Code.
#ifndef ZHIDA_ENGINE_PAYMENT_PAIN001_H_
#define ZHIDA_ENGINE_PAYMENT_PAIN001_H_

#include <memory>

#include "engine/payment/file_writer.h"

namespace zhida::payment {

std::unique_ptr<FileWriter> MakePain001Writer(const Batch& batch, ByteSink& sink, Diagnostics& diagnostics);

}  // namespace zhida::payment

#endif  // ZHIDA_ENGINE_PAYMENT_PAIN001_H_
